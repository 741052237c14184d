using System.Diagnostics;

namespace TenantOperator.EndToEndTests.Walk;

/// <summary>
/// Every transition that a platform team uses, on one account, with kubectl alone, against two replicas of the program. The promises stand in files of their own
/// and are kept one after the other, because all of them live in the same account.
/// </summary>
public sealed class AWalkThroughAnAccount(InstalledCluster server, ITestOutputHelper output)
{
    private const string Account = "fabrikam";

    // So that operators of other tests, who serve accounts without a class, leave this one alone.
    private const string Class = "walk";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_person_sees_after_every_step_is_what_was_promised()
    {
        var cluster = await server.ReadyAsync(Token);
        await cluster.ApplyAsync(AccountManifest.Namespace(Account, Class), Token);
        var account = new WalkAccount(cluster.Kubectl, Account, Token);
        await using var replicas = await Replicas.StartAsync(cluster.KubeconfigPath, Class, Token);

        await StepAsync("the account is applied", () => TheAccountIsApplied.RunAsync(account, cluster, Token));
        await StepAsync("packages", () => PackagesAreServedInTurn.RunAsync(account));
        await StepAsync("templates", () => TemplatesShapeOnce.RunAsync(account));
        await StepAsync("people", () => PeopleComeAndGo.RunAsync(account));
        await StepAsync("suspension", () => SuspensionEndsAgain.RunAsync(account));
        await StepAsync("drift", () => DriftIsPutBackOrReported.RunAsync(account));
        await StepAsync("pause and requests", () => ChangesWaitWhenAsked.RunAsync(account));
        await StepAsync("adoption", () => WhatWasLeftIsTakenUp.RunAsync(account));
        await StepAsync("deletion", () => DeletionsDoWhatTheySay.RunAsync(account));
        await StepAsync("the leader is killed", () => replicas.KillLeaderAsync(account, Token));
        output.WriteLine(await account.RunAsync("get", "tenants"));
        output.WriteLine(await account.RunAsync("get", "tenantpackages"));
    }

    private async Task StepAsync(string what, Func<Task> step)
    {
        var watch = Stopwatch.StartNew();
        await step();
        output.WriteLine($"{watch.Elapsed.TotalSeconds,5:0.0} s  {what}");
    }
}
