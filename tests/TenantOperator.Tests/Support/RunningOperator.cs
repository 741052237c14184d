using k8s;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Hosting;
using TenantOperator.Runtime;
using TenantOperator.Telemetry;
using TenantOperator.Testing;

namespace TenantOperator.Tests.Support;

/// <summary>The operator itself, in this process, for one account, as its own container would run it, with its log kept.</summary>
internal sealed class RunningOperator : IAsyncDisposable
{
    private readonly IHost host;

    // Asked of an operator that may just be killed, so not of its services.
    private readonly IReadOnlyList<Func<bool>> idle;

    private RunningOperator(IHost host, LogLines log)
    {
        this.host = host;
        Log = log;
        idle = [IsIdleAt<Tenant>(), IsIdleAt<TenantUser>(), IsIdleAt<TenantPackage>(), IsIdleAt<TenantTemplate>(), IsIdleAt<TenantPlatform>()];
    }

    public LogLines Log { get; }

    public IServiceProvider Services => host.Services;

    /// <summary>Starts it, and returns when its caches are full.</summary>
    public static async Task<RunningOperator> StartAsync(KubernetesClientConfiguration configuration, OperatorArguments arguments, Action<IServiceCollection>? configure = null)
    {
        var log = new LogLines();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.SetMinimumLevel(LogLevel.Debug).AddFilter("Microsoft", LogLevel.Warning).AddProvider(log);
        builder.Services.AddSingleton(_ => new Kubernetes(configuration));
        builder.Services.AddTenantOperator(arguments with { LeaderElection = false, HttpAddress = "off" });
        configure?.Invoke(builder.Services);
        var running = new RunningOperator(builder.Build(), log);
        _ = running.Metrics();
        await running.host.StartAsync(TestContext.Current.CancellationToken);
        var health = running.Services.GetRequiredService<IOperatorHealth>();
        await Until.TrueAsync(() => health.Ready, "the caches are filled");
        return running;
    }

    public string Metrics() => Services.GetRequiredService<PrometheusText>().Render().ToString();

    /// <summary>Whether no pass runs or is due; what is put off for hours does not count.</summary>
    public bool IsIdle => idle.All(each => each());

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync(TestContext.Current.CancellationToken);
        await AbandonAsync();
    }

    /// <summary>Ends it as a kill would: nothing is finished and nobody is told.</summary>
    public async ValueTask AbandonAsync()
    {
        if (host is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }
        else
        {
            host.Dispose();
        }
    }

    private Func<bool> IsIdleAt<T>()
        where T : class
    {
        var keys = Services.GetRequiredService<OperatorQueue<T>>().Keys;
        return () => keys.Depth == 0 && keys.Running == 0;
    }
}

/// <summary>Everything an operator logged.</summary>
internal sealed class LogLines : ILoggerProvider
{
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> lines = new();

    public IReadOnlyCollection<string> Lines => lines;

    public ILogger CreateLogger(string categoryName) => new Logger(lines);

    public void Dispose()
    {
    }

    private sealed class Logger(System.Collections.Concurrent.ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");
    }
}

/// <summary>Waits for conditions by looking often, never for a fixed time.</summary>
internal static class Until
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(25);

    public static Task TrueAsync(Func<bool> condition, string what) => TrueAsync(() => Task.FromResult(condition()), what);

    public static async Task TrueAsync(Func<Task<bool>> condition, string what) =>
        await NotNullAsync(async () => await condition() ? (object)true : null, () => what);

    /// <summary>Waits until an operator has nothing to do, the delayed counts included.</summary>
    public static async Task QuietAsync(Func<RunningOperator?> running, Func<FaultProxy> proxy)
    {
        // Longer than the pace of the counts, and without a write or a pass in all that time.
        var calm = TimeSpan.FromSeconds(5);
        var (since, writes) = (TimeProvider.System.GetTimestamp(), -1);
        await TrueAsync(
            () =>
            {
                var count = proxy().Requests.Count(request => request.IsWrite);
                if (count != writes || running()?.IsIdle != true)
                {
                    (since, writes) = (TimeProvider.System.GetTimestamp(), count);
                }

                return TimeProvider.System.GetElapsedTime(since) > calm;
            },
            "the operator has nothing to do");
    }

    /// <summary>Asks until there is an answer.</summary>
    public static async Task<T> NotNullAsync<T>(Func<Task<T?>> find, Func<string> what)
        where T : class
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (await find() is { } found)
            {
                return found;
            }

            if (TimeProvider.System.GetElapsedTime(began) > Patience)
            {
                throw new TimeoutException($"Waited {Patience} in vain until {what()}");
            }

            await Task.Delay(Poll, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
