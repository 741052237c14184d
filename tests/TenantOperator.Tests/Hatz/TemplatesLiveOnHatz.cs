using System.Text.Json.Nodes;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Emulators;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Hatz;

/// <summary>Templates on Hatz that a TenantTemplate owns.</summary>
public sealed class TemplatesLiveOnHatz(OperatorCluster cluster)
{
    private const string Create = "POST /admin/tenants/templates";
    private const string Change = "PUT /admin/tenants/templates/{template_id}";

    [Fact]
    public async Task A_template_is_made_kept_and_used_for_new_tenants()
    {
        await using var world = await HatzWorld.OpenAsync(cluster, platform: settings => settings with { UsageInterval = "1s" });
        world.Hatz.AddPackage("Business", 10);
        await CreateAsync(world);
        await world.CreateTenantAsync(change: spec => spec with { PackageRef = null, TemplateRef = new LocalReference { Name = "standard" }, Hatz = new Api.V1Alpha1.HatzTenant { AllowPurchase = true } });

        var tenant = await world.Account.UntilReadyAsync("acme");
        var there = world.Hatz.State.Templates.Should().ContainSingle().Which;
        there.Should().BeEquivalentTo(new { Name = "Standard tenants", PackageName = "Business", DefaultModelName = "gpt-4o", MfaRequired = true });
        tenant.Status!.Effective!.Hatz!.TemplateId.Should().Be(there.Id);
        world.Hatz.State.Tenants.Should().ContainSingle().Which.Should().BeEquivalentTo(new { PrimaryPackageName = "Business", MfaRequired = true, DefaultModelName = "gpt-4o" });

        await world.Account.PatchSpecAsync("tenanttemplates", "standard", """{"hatz":{"defaultModelName":""},"earlyFeatures":true}""");
        await Until.TrueAsync(() => Task.FromResult(world.Hatz.State.Templates.Single() is { DefaultModelName: "", BetaFeatures: true }), "the change is made");
        world.Hatz.Log.Count(Change).Should().Be(1);
        world.Hatz.State.Tenants.Single().DefaultModelName.Should().Be("gpt-4o", "a template shapes a tenant at its creation only");
    }

    [Theory]
    [InlineData(RemoteTemplateDeletionPolicy.Delete, 0)]
    [InlineData(RemoteTemplateDeletionPolicy.Retain, 1)]
    public async Task With_its_object_a_template_goes_or_stays_as_is_declared(RemoteTemplateDeletionPolicy policy, int left)
    {
        await using var world = await HatzWorld.OpenAsync(cluster);
        world.Hatz.AddPackage("Business", 10);
        await CreateAsync(world, policy);
        await UntilSyncedAsync(world);

        await world.Account.DeleteAsync("tenanttemplates", "standard");
        await Until.TrueAsync(async () => await world.Account.Rest.FindAsync(world.Account.PathOf("tenanttemplates", "standard")) is null, "the object is gone");
        world.Hatz.State.Templates.Should().HaveCount(left);
    }

    [Theory]
    [InlineData("ResetAfterCommit")]
    [InlineData("HtmlAfterCommit")]
    [InlineData("ResetBeforeCommit")]
    [InlineData("Truncated")]
    public async Task A_lost_answer_makes_no_second_template(string fault)
    {
        await using var world = await HatzWorld.OpenAsync(cluster);
        world.Hatz.AddPackage("Business", 10);
        using var rule = world.Hatz.On(Create, fault switch
        {
            "ResetAfterCommit" => PlatformFault.ResetAfterCommit,
            "HtmlAfterCommit" => PlatformFault.Html(afterCommit: true),
            "ResetBeforeCommit" => PlatformFault.ResetBeforeCommit,
            _ => PlatformFault.Truncated(),
        });
        await CreateAsync(world);
        await rule.Hit;
        await world.Account.Rest.PatchAsync(
            world.Account.PathOf("tenanttemplates", "standard"), new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [Annotations.ReconcileRequestedAt] = "again" } } });

        var template = await UntilSyncedAsync(world);
        template.Status!.Remote!.Id.Should().Be(world.Hatz.State.Templates.Should().ContainSingle().Which.Id);
    }

    [Fact]
    public async Task What_cannot_be_is_said_in_words()
    {
        await using var world = await HatzWorld.OpenAsync(cluster);
        world.Hatz.AddPackage("Business", 10);
        await CreateAsync(world, change: spec => spec with { Hatz = spec.Hatz! with { DefaultModelName = "no-such-model" } });
        var refused = await UntilAsync(world, TenantTemplateReasons.ModelUnavailable);
        refused.Message.Should().Contain("no-such-model");

        await CreateAsync(world, name: "elsewhere", change: spec => spec with { Hatz = spec.Hatz! with { RemoteTemplate = spec.Hatz.RemoteTemplate! with { PlatformRef = new LocalReference { Name = "nowhere" } } } });
        (await UntilAsync(world, TenantTemplateReasons.PlatformNotFound, "elsewhere")).Message.Should().Contain("nowhere");
    }

    private static Task CreateAsync(
        HatzWorld world, RemoteTemplateDeletionPolicy? policy = null, string name = "standard", Func<TenantTemplateSpec, TenantTemplateSpec>? change = null)
    {
        var spec = new TenantTemplateSpec
        {
            Security = new TenantSecurity { MfaRequired = true },
            Hatz = new Api.V1Alpha1.HatzTemplate
            {
                DefaultModelName = "gpt-4o",
                RemoteTemplate = new HatzRemoteTemplate
                {
                    PlatformRef = new LocalReference { Name = "default" },
                    Name = "Standard tenants",
                    PackageName = HatzPackageName.Business,
                    DeletionPolicy = policy,
                },
            },
        };
        return world.Account.CreateAsync(new TenantTemplate { Metadata = TestAccount.Meta(name), Spec = change?.Invoke(spec) ?? spec });
    }

    private static async Task<TenantTemplate> UntilSyncedAsync(HatzWorld world)
    {
        await UntilAsync(world, TenantTemplateReasons.Synced);
        return TestAccount.Read<TenantTemplate>(await world.Account.Rest.GetAsync(world.Account.PathOf("tenanttemplates", "standard")))!;
    }

    private static Task<Condition> UntilAsync(HatzWorld world, string reason, string name = "standard") => Until.NotNullAsync(
        async () => TestAccount.Read<TenantTemplate>(await world.Account.Rest.FindAsync(world.Account.PathOf("tenanttemplates", name)))?.Status?.Conditions?
            .FirstOrDefault(condition => condition.Type == TenantTemplateConditions.Synced && condition.Reason == reason),
        () => $"{name} has the reason {reason}");
}
