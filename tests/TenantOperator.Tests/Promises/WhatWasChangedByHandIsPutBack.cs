using System.Text.Json.Nodes;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Promises;

public sealed class WhatWasChangedByHandIsPutBack(OperatorCluster cluster)
{
    public static TheoryData<string, string, string> Children => new()
    {
        // The kind, its name, and an edit of what the operator owns.
        { "resourcequotas", "tenant-quota", """{"spec":{"hard":{"pods":"999","secrets":"1"}}}""" },
        { "limitranges", "tenant-limits", """{"spec":{"limits":[{"type":"Container","max":{"cpu":"64"}}]}}""" },
        { "networkpolicies", "tenant-isolation", """{"spec":{"egress":[{}]}}""" },
        { "rolebindings", "tenant-admin", """{"subjects":[{"kind":"Group","name":"everyone","apiGroup":"rbac.authorization.k8s.io"}]}""" },
    };

    [Theory]
    [MemberData(nameof(Children))]
    public async Task A_child_deleted_edited_or_unlabelled_is_put_back_and_an_event_says_so(string resource, string name, string edit)
    {
        await using var account = await OpenAsync();
        var path = account.PathOf(resource, name, account.NamespaceOf("acme"));
        var right = Essence(await account.Rest.GetAsync(path));

        await account.Rest.DeleteAsync(path);
        await UntilRightAsync("it was deleted");
        await account.UntilEventAsync(TenantReasons.DriftCorrected, name);

        await account.Rest.PatchAsync(path, JsonNode.Parse(edit)!);
        await UntilRightAsync("it was edited");

        await account.Rest.PatchAsync(path, JsonNode.Parse($$$$"""{"metadata":{"labels":{"{{{{Labels.TenantUid}}}}":"0"}}}""")!);
        await UntilRightAsync("its mark was edited");

        await account.Rest.PatchAsync(path, JsonNode.Parse($$$$"""{"metadata":{"labels":{"{{{{Labels.ManagedBy}}}}":null}}}""")!);
        await UntilRightAsync("its label was taken away");

        await account.Rest.PatchAsync(path, JsonNode.Parse("""{"metadata":{"labels":null}}""")!);
        await UntilRightAsync("all its labels were taken away");

        await account.UntilReadyAsync("acme");
        TestAccount.Ready((await account.FindTenantAsync("acme"))!)!.Status.Should().Be(ConditionStatus.True);

        Task UntilRightAsync(string how) => Until.NotNullAsync(
            async () => await account.Rest.FindAsync(path) is { } now && Essence(now) == right ? now : null, () => $"{resource} {name} is as before, after {how}: {right}");
    }

    [Theory]
    [InlineData("an edited mark", $$$$"""{"metadata":{"labels":{"{{{{Labels.Tenant}}}}":"globex","{{{{Labels.Account}}}}":"rival"}}}""")]
    [InlineData("a security level", """{"metadata":{"labels":{"pod-security.kubernetes.io/enforce":"privileged"}}}""")]
    [InlineData("a lost label", $$$$"""{"metadata":{"labels":{"{{{{Labels.ManagedBy}}}}":null}}}""")]
    [InlineData("a false suspension", $$$$"""{"metadata":{"labels":{"{{{{Labels.Suspended}}}}":"true"}}}""")]
    public async Task Labels_of_the_namespace_are_put_back(string what, string patch)
    {
        await using var account = await OpenAsync();
        var path = account.PathOf("namespaces", account.NamespaceOf("acme"));
        var right = Essence(await account.Rest.GetAsync(path));

        await account.Rest.PatchAsync(path, JsonNode.Parse(patch)!);

        await Until.TrueAsync(async () => Essence(await account.Rest.GetAsync(path)) == right, what + " is corrected");
        await account.UntilEventAsync(TenantReasons.DriftCorrected, account.NamespaceOf("acme"));
    }

    [Fact]
    public async Task What_somebody_added_beside_our_fields_stays()
    {
        await using var account = await OpenAsync();
        var path = account.PathOf("namespaces", account.NamespaceOf("acme"));

        await account.Rest.PatchAsync(path, JsonNode.Parse("""{"metadata":{"labels":{"theirs":"1","pod-security.kubernetes.io/warn":"privileged"},"annotations":{"theirs":"2"}}}""")!);
        await Until.TrueAsync(async () => (string?)(await account.Rest.GetAsync(path))["metadata"]!["labels"]!["pod-security.kubernetes.io/warn"] == "baseline", "the level is corrected");

        var metadata = (await account.Rest.GetAsync(path))["metadata"]!;
        ((string?)metadata["labels"]!["theirs"], (string?)metadata["annotations"]!["theirs"]).Should().Be(("1", "2"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(MissingPolicy.Recreate)]
    public async Task A_namespace_deleted_by_hand_is_reported_and_made_anew_only_on_demand(MissingPolicy? policy)
    {
        await using var account = await OpenAsync();
        var path = account.PathOf("namespaces", account.NamespaceOf("acme"));
        var before = (await account.FindTenantAsync("acme"))!.Status!.ExternalId;
        if (policy is not null)
        {
            await account.PatchSpecAsync("tenants", "acme", $$$"""{"onRemoteMissing":"{{{policy}}}"}""");
        }

        await HoldNamespaceAsync(account, "acme");
        await account.Rest.DeleteAsync(path);
        await account.UntilReadyAsync("acme", TenantReasons.NamespaceTerminating);
        await FinishNamespaceAsync(account, "acme");

        if (policy is null)
        {
            var missing = await account.UntilReadyAsync("acme", TenantReasons.RemoteMissing);
            missing.Status!.Phase.Should().Be(TenantPhase.Missing);
            TestAccount.Ready(missing)!.Message.Should().Contain("onRemoteMissing: Recreate");
            missing.Status.Conditions!.Where(condition => condition.Type is TenantConditions.UsersSynced or TenantConditions.Drifted).Select(condition => (condition.Type, condition.Status, condition.Reason))
                .Should().BeEquivalentTo([(TenantConditions.UsersSynced, ConditionStatus.False, TenantReasons.RemoteMissing), (TenantConditions.Drifted, ConditionStatus.Unknown, TenantReasons.RemoteMissing)]);
            missing.Status.Users?.Synced.Should().Be(0);
            (await account.Rest.FindAsync(path)).Should().BeNull("nobody is to think that the data is still there");
            await account.PatchSpecAsync("tenants", "acme", """{"onRemoteMissing":"Recreate"}""");
        }

        await account.UntilAsync("acme", tenant => tenant.Status!.ExternalId != before && TestAccount.Ready(tenant)?.Status == ConditionStatus.True, "it is ready again");

        // The end of the old quota may come into view after the new namespace, and then brings the new one.
        await Until.TrueAsync(async () => await account.Rest.FindAsync(account.PathOf("resourcequotas", "tenant-quota", account.NamespaceOf("acme"))) is not null, "its quota is there");
    }

    [Fact]
    public async Task A_unit_whose_allocation_was_deleted_is_claimed_again()
    {
        await using var account = await OpenAsync();

        await account.DeleteAsync("packageallocations", "business-0");

        await Until.TrueAsync(async () => (await account.AllocationsAsync()).Select(each => each.Spec.Holder.Name).SequenceEqual(["acme"]), "acme holds a unit again");
    }

    /// <summary>Keeps a namespace in the state of being deleted until <see cref="FinishNamespaceAsync"/>.</summary>
    internal static Task HoldNamespaceAsync(TestAccount account, string tenant) => account.Rest.PatchAsync(
        account.PathOf("namespaces", account.NamespaceOf(tenant)), JsonNode.Parse("""{"metadata":{"finalizers":["tests.example/hold"]}}""")!);

    /// <summary>Lets a namespace that is being deleted go, and does what a namespace controller does, for servers that run none.</summary>
    internal static async Task FinishNamespaceAsync(TestAccount account, string tenant)
    {
        var (ns, path) = (account.NamespaceOf(tenant), account.PathOf("namespaces", account.NamespaceOf(tenant)));
        var uid = (string)(await account.Rest.PatchAsync(path, JsonNode.Parse("""{"metadata":{"finalizers":null}}""")!))["metadata"]!["uid"]!;
        await Until.TrueAsync(
            async () =>
            {
                if (await account.Rest.FindAsync(path) is not { } left || (string?)left["metadata"]!["uid"] != uid)
                {
                    return true;
                }

                try
                {
                    foreach (var resource in (string[])["resourcequotas", "limitranges", "networkpolicies", "rolebindings"])
                    {
                        foreach (var child in await account.Rest.ListAsync(account.PathOf(resource, ns: ns)))
                        {
                            await account.Rest.DeleteAsync(account.PathOf(resource, (string)child["metadata"]!["name"]!, ns));
                        }
                    }

                    left["spec"]!["finalizers"] = new JsonArray();
                    await account.Rest.ReplaceAsync(path + "/finalize", left);
                }
                catch (InvalidOperationException)
                {
                    // The server's own controller was faster.
                }

                return false;
            },
            $"namespace {ns} is gone");
    }

    private async Task<TestAccount> OpenAsync()
    {
        var account = await TestAccount.OpenAsync(cluster);
        await account.CreatePackageAsync("business", 2, change: spec => spec with
        {
            Quota = A.Amounts(("pods", "10"), ("requests.memory", "1024Mi")),
            LimitRange = new ContainerLimits { Max = A.Amounts(("cpu", "2")), Min = A.Amounts(("memory", "16Mi")) },
        });
        await account.CreateAsync("acme", new TenantSpec { PackageRef = new PackageReference { Name = "business" } });
        await account.CreateUserAsync("jane", roles: [TenantRole.Admin]);
        await account.UntilUserAsync("jane", TenantUserReasons.Synced);
        await account.UntilAsync("acme", tenant => tenant.Status?.Users?.Summary == "1/1" && TestAccount.Ready(tenant)?.Status == ConditionStatus.True, "it is ready with its admin");
        return account;
    }

    // What the operator owns of an object.
    private static string Essence(JsonObject json) => new JsonObject
    {
        ["labels"] = json["metadata"]!["labels"]?.DeepClone(),
        ["spec"] = json["spec"]?.DeepClone(),
        ["roleRef"] = json["roleRef"]?.DeepClone(),
        ["subjects"] = json["subjects"]?.DeepClone(),
    }.ToJsonString();
}
