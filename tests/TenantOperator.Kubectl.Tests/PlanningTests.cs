using System.Text.Json.Nodes;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Kubectl.Cluster;
using TenantOperator.Kubectl.Describing;
using TenantOperator.Kubectl.Planning;

namespace TenantOperator.Kubectl.Tests;

public sealed class PlanningTests
{
    [Theory]
    [InlineData("""{"spec":{"a":1}}""", """{"spec":{"a":1}}""", "")]
    [InlineData("""{"spec":{"a":1}}""", """{"spec":{"a":2}}""", "spec.a: 1 -> 2")]
    [InlineData("""{"spec":{}}""", """{"spec":{"b":{"c":"x"}}}""", "spec.b.c: - -> \"x\"")]
    [InlineData("""{"spec":{"b":{"c":"x"}}}""", """{"spec":{}}""", "spec.b.c: \"x\" -> -")]
    [InlineData("""{"spec":{"l":[{"name":"a","n":1},{"name":"b"}]}}""", """{"spec":{"l":[{"name":"a","n":2},{"name":"c"}]}}""", "spec.l[a].n: 1 -> 2|spec.l[b].name: \"b\" -> -|spec.l[c].name: - -> \"c\"")]
    [InlineData("""{"spec":{"l":[1,2]}}""", """{"spec":{"l":[2,1]}}""", "spec.l: [1,2] -> [2,1]")]
    [InlineData("""{"metadata":{"generation":1,"resourceVersion":"5"},"status":{"x":1}}""", """{"metadata":{"generation":2,"resourceVersion":"6"}}""", "")]
    [InlineData("""{"spec":{}}""", """{"spec":{"hatz":{}}}""", "spec.hatz: - -> {}")]
    public void What_differs_is_told_field_by_field(string before, string after, string expected) =>
        string.Join('|', FieldDiff.Of(JsonNode.Parse(before), JsonNode.Parse(after)).Select(change => $"{change.Path}: {change.Before?.ToJsonString() ?? "-"} -> {change.After?.ToJsonString() ?? "-"}")).Should().Be(expected);

    [Fact]
    public void What_a_manifest_no_longer_says_is_taken_away_and_what_others_wrote_is_left()
    {
        var former = JsonNode.Parse("""{"spec":{"a":1,"b":{"c":1,"d":2}},"metadata":{"labels":{"x":"1"},"annotations":{}}}""")!.AsObject();
        var manifest = JsonNode.Parse("""{"spec":{"b":{"c":3}},"metadata":{}}""")!.AsObject();

        ThreeWayPatch.For(former, manifest).ToJsonString().Should().Be("""{"spec":{"b":{"c":3,"d":null},"a":null},"metadata":{"annotations":{},"labels":null}}""");
    }

    [Theory]
    [InlineData("""{"metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{\"a\":1}"}}}""", true)]
    [InlineData("""{"metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{"}}}""", false)]
    [InlineData("""{"metadata":{}}""", false)]
    public void The_manifest_that_was_applied_last_is_read_where_it_is_there(string live, bool expected) => (ThreeWayPatch.LastAppliedOf(JsonNode.Parse(live)!) is not null).Should().Be(expected);

    [Theory]
    [InlineData(422, """{"details":{"causes":[{"field":"spec.suspended","message":"Invalid value: \"object\": Hatz has no way to suspend"},{"field":"spec.name","message":"Invalid value: \"ab\": needs 3"}]}}""", "spec.suspended: Hatz has no way to suspend|spec.name: needs 3")]
    [InlineData(400, """{"message":"strict decoding error: unknown field \"spec.colour\", unknown field \"spec.limits.maxCats\""}""", "spec.colour: there is no such field; see which there are: kubectl explain tenant.spec|spec.limits.maxCats: there is no such field; see which there are: kubectl explain tenant.spec.limits")]
    [InlineData(422, """{"details":{"causes":[{"field":"spec.suspended","message":"Invalid value: Hatz has no way: remove it"}]}}""", "spec.suspended: Hatz has no way: remove it")]
    [InlineData(422, """{"message":"patch: Invalid value: \"{\\\"a\\\":1}\": strict decoding error: unknown field \"spec.colour\"","details":{"causes":[{"field":"patch","message":"long"}]}}""", "spec.colour: there is no such field; see which there are: kubectl explain tenant.spec")]
    [InlineData(404, """{"details":{"kind":"namespaces"},"message":"namespaces \"x\" not found"}""", "metadata.namespace: namespace \"contoso\" does not exist. Make it first: kubectl create namespace contoso")]
    [InlineData(404, """{"message":"the server could not find the requested resource"}""", "This cluster does not know the kind Tenant. Install the CustomResourceDefinitions of the operator first.")]
    [InlineData(403, """{"message":"no"}""", "You may not do this: no")]
    [InlineData(500, "null", "The API server answered HTTP 500.")]
    public void A_refusal_names_the_field_and_what_is_wrong(int code, string answer, string expected) =>
        string.Join('|', Refusals.Of(code, JsonNode.Parse(answer), "Tenant", "contoso")).Should().Be(expected);

    [Fact]
    public void What_a_change_brings_about_and_what_is_missing_is_told()
    {
        var there = new Consequences.Neighbours(new HashSet<string> { "default" }, new HashSet<string> { "starter" }, new HashSet<string>());

        Consequences.Of(new() { PackageRef = new() { Name = "starter" } }, new() { Suspended = true, PruneUsers = true, DeletionPolicy = DeletionPolicy.Delete, PackageRef = new() { Name = "business" } }, there)
            .Should().SatisfyRespectively(
                line => line.Should().Contain("everybody loses access; all data is kept"),
                line => line.Should().Contain("destroys its data"),
                line => line.Should().Contain("whom no TenantUser declares"),
                line => line.Should().Contain("a unit of \"business\" is taken before"),
                line => line.Should().Contain("TenantPackage \"business\" does not exist"));
        Consequences.Of(null, new() { TemplateRef = new() { Name = "t" }, PlatformRef = new() { Name = "p" }, AddOns = [new() { Name = "a" }] }, there)
            .Should().HaveCount(3).And.OnlyContain(line => line.Contains("does not exist here"));
        Consequences.Of(new() { Suspended = true }, new(), there).Should().ContainSingle().Which.Should().Contain("gets access back");
        Consequences.Of(new(), new(), there).Should().BeEmpty();
    }

    [Fact]
    public void The_plan_of_a_tenant_on_a_platform_that_only_observes_is_what_the_operator_found()
    {
        var tenant = A.Tenant(status: A.Status(A.Condition("Ready", ConditionStatus.Unknown, TenantReasons.Observing)) with { DriftedFields = ["Namespace contoso-acme (missing)"] });

        var plan = PlanOf(tenant, A.Platform("preview", new() { Mode = PlatformMode.Observe, Cluster = new() }));

        plan.Changes.Should().Equal("Namespace contoso-acme (missing)");
        plan.Next.Should().Be("kubectl patch tenantplatform preview -n contoso --type=merge -p '{\"spec\":{\"mode\":\"Manage\"}}'");
    }

    [Fact]
    public void The_plan_of_other_tenants_says_what_is_left_to_do()
    {
        PlanOf(A.Tenant(status: A.Ready)).Headline.Should().Be("Nothing would be changed: everything is as declared.");
        PlanOf(A.Tenant(status: A.Ready with { DriftedFields = ["NetworkPolicy"] })).Next.Should().Contain("driftPolicy");
        PlanOf(A.Tenant(status: A.Ready with { ObservedGeneration = 0 })).Headline.Should().Contain("has not looked at the latest change");
        PlanOf(A.Tenant(status: A.Status(A.Condition("Ready", ConditionStatus.False, TenantReasons.PlatformNotFound, "No platform.")))).Should().BeEquivalentTo(new TenantPlan("No platform.", [], "kubectl get tenantplatforms -n contoso"));
        PlanOf(A.Tenant(status: A.Status(A.Condition("Ready", ConditionStatus.Unknown, TenantReasons.Observing)))).Changes.Should().BeEmpty();
    }

    [Theory]
    [InlineData(null, "keep the data")]
    [InlineData(DeletionPolicy.Retain, "leave everything as it is")]
    [InlineData(DeletionPolicy.Delete, "wait for a confirmation")]
    public void What_a_deletion_would_do_is_told(DeletionPolicy? policy, string words) => Consequences.OfDeletion(A.Tenant(spec: new() { DeletionPolicy = policy })).Should().Contain(words);

    private static TenantPlan PlanOf(Tenant tenant, TenantPlatform? platform = null) => TenantPlan.Of(tenant, platform, DescribedObject.Of(new Found<Tenant>([], tenant)).Diagnosis);
}
