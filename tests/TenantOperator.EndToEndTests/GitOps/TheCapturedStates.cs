using System.Text.Json.Nodes;
using TenantOperator.EndToEndTests.Walk;

namespace TenantOperator.EndToEndTests.GitOps;

/// <summary>What Argo CD and Flux make of every state, as docs/guides/gitops.md says it.</summary>
public sealed class TheCapturedStates
{
    private const string Guide = "docs/guides/gitops.md";

    // Reasons in Ready that no walk holds still, or that a platform of ours gives alone; with the shape in which they come.
    private static readonly IReadOnlyDictionary<string, string[]> s_passing = new Dictionary<string, string[]>
    {
        ["Tenant"] = ["Progressing", "Deleting"],
        ["TenantUser"] = ["Progressing", "PlatformUnreachable", "UpdateFailed"],
        ["TenantTemplate"] = ["UpdateFailed", "Deleting"],
    };

    private static readonly IReadOnlyDictionary<string, string[]> s_stalled = new Dictionary<string, string[]>
    {
        ["TenantUser"] = ["InvalidRequest", "UnsupportedFields", "UserLimitReached"],
        ["Tenant"] = ["PlatformNotServed"],
        ["TenantPlatform"] = ["NotServed", "MissingScope", "UnexpectedAnswer"],
    };

    // Reasons of other conditions and of Events: neither Argo CD nor kstatus looks at those.
    private static readonly IReadOnlyDictionary<string, string[]> s_elsewhere = new Dictionary<string, string[]>
    {
        ["Tenant"] =
        [
            "TemplateNotRequired", "TemplateApplied", "PackageNotRequired", "PackageAllocated", "PurchaseOccurred", "PackageChangedExternally", "Synced", "UnsupportedFields", "BelowUsage",
            "PodSecurityNotAllowed", "NetworkNotAllowed", "ExpiringSoon", "PartnerTransfer", "StorageContainerMissing", "UsersSynced", "SomeUsersFailed", "UnmanagedUsers", "CapacityExhausted",
            "LastAdmin", "WithinLimits", "CreditsLow", "CreditsExhausted", "UsageHigh", "UserLimitReached", "AnalystLimitReached", "NotSuspended", "Resumed", "NoDrift", "DriftReported",
            "DriftCorrected", "SecurityDrift", "RemoteRetained", "SuspendUnsupported", "TenantAdopted", "TenantDeleted",
        ],
        ["TenantUser"] = ["UserRemoved", "UserRetained", "AccountDeleted"],
        ["TenantPlatform"] =
        [
            "CredentialsAccepted", "CredentialsNotRequired", "UsageRead", "PrometheusUnreachable", "NotThrottled", "RateLimited", "AccountCreditsLow", "TenantsDiscovered",
        ],
        ["TenantTemplate"] = ["Synced"],
    };

    // Each has the shape that every object of its kind has, so one is as good as another.
    private static readonly JsonNode s_active = CapturedState.Find("Tenant", "Active").Object;

    [Fact]
    public async Task Argo_CD_and_kstatus_say_of_each_what_the_guide_says()
    {
        var argoCd = await ArgoCd.FindAsync();
        var rows = new List<string>();
        foreach (var state in CapturedState.All)
        {
            var health = await argoCd.HealthOfAsync(state.Object);
            health.Message.Should().NotBeEmpty("a person reads it, of {0}", state);
            rows.Add($"| `{state.Kind}` | `{state.Name}` | {Kstatus.Of(state.Object)} | {health.Status} |");
        }

        var guide = await File.ReadAllLinesAsync(Path.Combine(Repository.Root, Guide), TestContext.Current.CancellationToken);
        guide.Where(line => line.StartsWith("| `", StringComparison.Ordinal) && line.Split('|').Length == 6).Should().BeEquivalentTo(rows, "the guide has a row for each state");
    }

    [Fact]
    public async Task Argo_CD_never_contradicts_kstatus()
    {
        var argoCd = await ArgoCd.FindAsync();
        foreach (var state in CapturedState.All)
        {
            string[] agreeing = Kstatus.Of(state.Object) switch
            {
                "Current" => ["Healthy", "Suspended"],
                "InProgress" => ["Progressing", "Suspended"],
                "Failed" => ["Degraded"],
                "Terminating" => ["Progressing"],
                _ => [],
            };
            agreeing.Should().Contain((await argoCd.HealthOfAsync(state.Object)).Status, "kstatus says {0} of {1}", Kstatus.Of(state.Object), state);
            agreeing.Should().Contain((await argoCd.ScriptHealthOfAsync(state.Object)).Status, "the script is run by others than Argo CD too, on {0}", state);
        }
    }

    [Fact]
    public async Task The_words_are_those_of_the_condition_that_decides()
    {
        var argoCd = await ArgoCd.FindAsync();
        foreach (var state in CapturedState.All.Where(state => state.Kind != "PackageAllocation"))
        {
            var type = (await argoCd.ScriptHealthOfAsync(state.Object)).Status == "Degraded" ? "Stalled" : "Ready";
            (await argoCd.ScriptHealthOfAsync(state.Object)).Message.Should().Be(WalkAccount.MessageOf(state.Object, type), "of {0}", state);
        }
    }

    [Fact]
    public async Task A_spec_that_was_not_looked_at_yet_is_on_its_way_whatever_the_status_says()
    {
        var argoCd = await ArgoCd.FindAsync();
        foreach (var state in CapturedState.All.Where(state => state.Object["status"]?["observedGeneration"] is not null && state.Object["metadata"]!["deletionTimestamp"] is null))
        {
            var changed = state.Object.DeepClone();
            changed["metadata"]!["generation"] = (long)changed["metadata"]!["generation"]! + 1;
            Kstatus.Of(changed).Should().Be("InProgress", "of {0}", state);
            (await argoCd.HealthOfAsync(changed)).Status.Should().Be("Progressing", "of {0}", state);
        }
    }

    [Theory]
    [InlineData("{}", "Current")]
    [InlineData("""{"conditions":[]}""", "Current")]
    [InlineData("""{"conditions":[{"type":"Synced","status":"True","reason":"Synced","message":"m"}]}""", "Current")]
    public async Task Without_Ready_nothing_is_known(string status, string kstatus)
    {
        var wiped = s_active.DeepClone();
        wiped["status"] = JsonNode.Parse(status);

        (await (await ArgoCd.FindAsync()).HealthOfAsync(wiped)).Status.Should().Be("Unknown");
        Kstatus.Of(wiped).Should().Be(kstatus, "it takes what says nothing for done");
    }

    [Fact]
    public async Task Every_reason_of_the_reference_has_a_health_or_decides_nothing()
    {
        var argoCd = await ArgoCd.FindAsync();
        foreach (var (kind, reasons) in ReasonsOfTheReference())
        {
            string[] captured = [.. CapturedState.All.Where(state => state.Kind == kind && state.Name != "Pending").Select(state => state.Name)];
            string[] thoughtOf = [.. captured, .. Of(s_passing, kind), .. Of(s_stalled, kind), .. Of(s_elsewhere, kind)];
            thoughtOf.Should().BeEquivalentTo(reasons, "a new reason of {0} is led to by a walk, or sorted into a list here", kind);
            foreach (var reason in Of(s_passing, kind))
            {
                (await argoCd.HealthOfAsync(Saying(reason, stalled: false))).Status.Should().Be("Progressing");
            }

            foreach (var reason in Of(s_stalled, kind))
            {
                (await argoCd.HealthOfAsync(Saying(reason, stalled: true))).Status.Should().Be("Degraded");
            }

            var deciding = CapturedState.All.Where(state => state.Kind == kind).SelectMany(state => CapturedState.Gist(state.Object));
            Of(s_elsewhere, kind).Should().NotContain(reason => deciding.Any(condition => condition.EndsWith(" " + reason, StringComparison.Ordinal)));
        }
    }

    [Theory]
    [InlineData("Tenant", "Active", "pause refresh suspend")]
    [InlineData("Tenant", "Suspended", "pause refresh resume")]
    [InlineData("Tenant", "Paused", "refresh suspend unpause")]
    [InlineData("Tenant", "TooManyRemovals", "confirm-removals pause refresh suspend")]
    [InlineData("Tenant", "NoUnassignedPackage", "pause refresh")]
    [InlineData("Tenant", "QuotaExceeded", "pause refresh")]
    [InlineData("Tenant", "ConfirmationMissing", "confirm-deletion pause refresh retain")]
    [InlineData("Tenant", "ConfirmationMismatch", "confirm-deletion pause refresh retain")]
    [InlineData("Tenant", "GracePeriod", "pause refresh retain")]
    [InlineData("Tenant", "DeletionBreakerOpen", "pause refresh retain")]
    [InlineData("TenantPlatform", "Available", "pause refresh")]
    [InlineData("TenantPlatform", "Paused", "refresh unpause")]
    [InlineData("TenantPlatform", "DeletionBreakerOpen", "confirm-deletions pause refresh")]
    [InlineData("TenantUser", "Synced", "pause refresh")]
    [InlineData("TenantUser", "Paused", "refresh unpause")]
    [InlineData("TenantPackage", "Exhausted", "refresh")]
    [InlineData("TenantTemplate", "Available", "refresh")]
    [InlineData("PackageAllocation", "Held", "")]
    public async Task Only_what_makes_sense_is_offered(string kind, string state, string actions)
    {
        var offered = await (await ArgoCd.FindAsync()).ActionsOfAsync(CapturedState.Find(kind, state).Object);

        string.Join(' ', offered.Where(action => !action.Disabled).Select(action => action.Name)).Should().Be(actions);
    }

    [Fact]
    public async Task What_is_offered_has_a_script_and_changes_something_in_every_state()
    {
        var argoCd = await ArgoCd.FindAsync();
        foreach (var state in CapturedState.All)
        {
            var offered = await argoCd.ActionsOfAsync(state.Object);
            offered.Select(action => action.Name).Should().Equal(ArgoCd.ScriptedActionsOf(state.Object), "of {0}", state);
            foreach (var action in offered.Where(action => !action.Disabled))
            {
                var patch = JsonNode.Parse(await argoCd.PatchOfAsync(state.Object, action.Name))!.AsObject();
                patch.Select(each => each.Key).Should().ContainSingle("{0} of {1} changes spec or an annotation", action.Name, state).Which.Should().BeOneOf("spec", "metadata");
            }
        }
    }

    private static IEnumerable<(string Kind, IReadOnlyList<string> Reasons)> ReasonsOfTheReference()
    {
        foreach (var kind in (string[])["Tenant", "TenantUser", "TenantPackage", "TenantPlatform", "TenantTemplate"])
        {
            var table = File.ReadAllText(Path.Combine(Repository.Root, "docs", "kinds", kind.ToLowerInvariant() + ".md")).Split("| Reason | Meaning |")[1];
            yield return (kind, [.. table.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('`')[1]).Where(reason => reason != "Pending")]);
        }
    }

    private static string[] Of(IReadOnlyDictionary<string, string[]> lists, string kind) => lists.GetValueOrDefault(kind, []);

    private static JsonNode Saying(string reason, bool stalled)
    {
        var item = s_active.DeepClone();
        var conditions = new JsonArray(Condition("Ready", "False", reason));
        if (stalled)
        {
            conditions.Add(Condition("Stalled", "True", reason));
        }

        item["status"]!["conditions"] = conditions;
        return item;
    }

    private static JsonObject Condition(string type, string status, string reason) => new() { ["type"] = type, ["status"] = status, ["reason"] = reason, ["message"] = "In words." };
}
