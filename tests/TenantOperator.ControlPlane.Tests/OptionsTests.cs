using System.Text.Json.Nodes;
using TenantOperator.ControlPlane.Running;

namespace TenantOperator.ControlPlane.Tests;

public sealed class OptionsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Roles_decide_and_the_audit_log_tells_who_asked_for_what()
    {
        var bot = ControlPlaneUser.ServiceAccount("default", "bot", "bot-token");
        await using var plane = await LocalControlPlane.StartAsync(new ControlPlaneOptions { Rbac = true, Audit = AuditLevel.RequestResponse, Users = [bot] }, Cancel);
        var admin = await Kubectl.FindAsync(plane.KubeconfigPath, TextWriter.Null, Cancel);
        var asBot = admin.With(plane.KubeconfigFor(bot));

        (await asBot.RunAsync(["get", "configmaps"], null, Cancel)).Error.Should().Contain("forbidden");
        await admin.OutputAsync(["create", "role", "reader", "--verb=get,list", "--resource=configmaps"], null, Cancel);
        await admin.OutputAsync(["create", "rolebinding", "bot-reads", "--role=reader", "--serviceaccount=default:bot"], null, Cancel);

        // The authorizer sees the new binding through a watch, a moment later.
        CommandResult allowed;
        do
        {
            allowed = await asBot.RunAsync(["auth", "can-i", "list", "configmaps"], null, Cancel);
        }
        while (allowed.ExitCode != 0);
        (await asBot.RunAsync(["get", "configmaps"], null, Cancel)).ExitCode.Should().Be(0);
        (await asBot.RunAsync(["auth", "can-i", "delete", "configmaps"], null, Cancel)).Output.Should().Contain("no");

        var lists = (await File.ReadAllLinesAsync(plane.AuditLogPath!, Cancel)).Select(line => JsonNode.Parse(line)!)
            .Where(entry => entry["user"]!["username"]!.GetValue<string>() == bot.Name && entry["objectRef"]?["resource"]?.GetValue<string>() == "configmaps");
        lists.Select(entry => $"{entry["verb"]} {entry["responseStatus"]!["code"]}").Should().Equal("list 403", "list 200");
    }

    [Fact]
    public async Task Further_flags_reach_the_server()
    {
        var start = () => LocalControlPlane.StartAsync(new ControlPlaneOptions { ServerFlags = ["--no-such-flag"] }, Cancel);

        (await start.Should().ThrowAsync<ControlPlaneException>()).WithMessage("*kube-apiserver ended while starting*unknown flag: --no-such-flag*");
    }
}
