using System.Text.Json.Nodes;
using TenantOperator.EndToEndTests.Walk;

namespace TenantOperator.EndToEndTests.GitOps;

/// <summary>Where objects are led into their states, and what each is compared with.</summary>
internal sealed class StateStage(WalkAccount account, ArgoCd argoCd)
{
    private readonly HashSet<string> reached = new(StringComparer.Ordinal);

    public WalkAccount Account => account;

    /// <summary>Waits until an object says the reason that names its state, and compares it with the captured one.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="state">The reason.</param>
    /// <param name="name">The name of the object.</param>
    /// <param name="type">The condition with that reason.</param>
    public async Task ReachAsync(string kind, string state, string name, string type = "Ready") =>
        await CompareAsync(kind, state, (await account.UntilSaidAsync(kind.ToLowerInvariant(), type, state, name))[0]);

    /// <summary>Compares an object as it is now.</summary>
    public async Task CompareAsync(string kind, string state, JsonNode item)
    {
        reached.Add($"{kind} {state}");
        if (CapturedState.IsCapturing)
        {
            CapturedState.Write(kind, state, await account.RunAsync("get", kind.ToLowerInvariant(), WalkAccount.NameOf(item), "-o", "yaml"));
            return;
        }

        var captured = CapturedState.Find(kind, state);
        CapturedState.Gist(item).Should().Equal(CapturedState.Gist(captured.Object), "{0} is as it was captured", captured);
        Kstatus.Of(item).Should().Be(Kstatus.Of(captured.Object), "{0} is as it was captured", captured);
        (await argoCd.HealthOfAsync(item)).Status.Should().Be((await argoCd.HealthOfAsync(captured.Object)).Status, "{0} is as it was captured", captured);
    }

    /// <summary>Takes an action as Argo CD does.</summary>
    public async Task TakeAsync(string kind, string name, string action) =>
        await account.PatchAsync($"{kind.ToLowerInvariant()}/{name}", await argoCd.PatchOfAsync(await account.GetAsync(kind.ToLowerInvariant(), name), action));

    /// <summary>No state is left that nothing reaches any more.</summary>
    public void CheckAllWereReached()
    {
        if (!CapturedState.IsCapturing)
        {
            reached.Should().BeEquivalentTo(CapturedState.All.Select(state => state.ToString()), "each captured state is still reached");
        }
    }
}
