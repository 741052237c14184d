using System.Runtime.InteropServices;
using TenantOperator.ControlPlane;
using TenantOperator.ControlPlane.Building;
using TenantOperator.ControlPlane.Running;
using TenantOperator.ControlPlane.Trying;

const string Usage = """
    control-plane: a real Kubernetes API server on this machine, without Docker

      control-plane up [--rbac] [--audit FILE]   start one, print its KUBECONFIG, run until Ctrl-C
      control-plane build                        build it into the user's cache, if it is not there yet
      control-plane run --operator FOLDER [--platform NAME --emulators PROGRAM] [--once]
                                                 show the operator at work: server, definitions, operator, samples; with a
                                                 platform: on an emulator of it

    Taken in this order: KUBEBUILDER_ASSETS (a folder with etcd and kube-apiserver), else our own build.
    """;

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

try
{
    switch (args)
    {
        case ["build"]:
            Console.WriteLine(await ServerBuild.GetAsync(new Steps(Console.Out), stop.Token));
            return 0;
        case ["up", .. var flags]:
            await UpAsync(flags);
            return 0;
        case ["run", "--operator", var folder, .. [] or ["--once"]]:
            await RunAsync(folder, null, once: args.Contains("--once"));
            return 0;
        case ["run", "--operator", var folder, "--platform", var platform, "--emulators", var program, .. [] or ["--once"]]:
            await RunAsync(folder, new EmulatedPlatform(platform, program), once: args.Contains("--once"));
            return 0;
        default:
            Console.Error.WriteLine(Usage);
            return args is ["help" or "--help" or "-h"] ? 0 : 2;
    }
}
catch (ControlPlaneException error)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 130;
}

async Task RunAsync(string folder, EmulatedPlatform? platform, bool once)
{
    try
    {
        await new RunCommand(folder, platform, once, Console.Out).RunAsync(stop.Token);
    }
    catch (OperationCanceledException) when (stop.IsCancellationRequested && !once)
    {
        // Ctrl-C is how a person ends the show.
    }
}

async Task UpAsync(string[] flags)
{
    var options = new ControlPlaneOptions();
    for (var i = 0; i < flags.Length; i++)
    {
        options = flags[i] switch
        {
            "--rbac" => options with { Rbac = true },
            "--audit" when i + 1 < flags.Length => options with { Audit = AuditLevel.RequestResponse, AuditPath = Path.GetFullPath(flags[++i]) },
            var flag => throw new ControlPlaneException($"Unknown or incomplete option {flag}.\n{Usage}"),
        };
    }

    await using var plane = await LocalControlPlane.StartAsync(options, stop.Token);
    Console.WriteLine($"export KUBECONFIG={plane.KubeconfigPath}");
    var stopped = new TaskCompletionSource();
    await using var registration = stop.Token.Register(stopped.SetResult);
    await stopped.Task;
}

void Stop(PosixSignalContext context)
{
    // We end by ourselves, when the servers have.
    context.Cancel = true;
    stop.Cancel();
}
