using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using k8s;
using k8s.Models;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Manifests;
using TenantOperator.Manifests.Crds;

namespace TenantOperator.Api.Tests;

public sealed class RoundTripTests
{
    public static TheoryData<string> Samples => [.. Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Find(), "config", "samples"), "*.yaml").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Samples))]
    public void A_sample_keeps_every_field_when_it_is_read_and_written(string file)
    {
        foreach (var manifest in YamlJson.ReadAll(File.ReadAllText(Path.Combine(RepositoryRoot.Find(), "config", "samples", file))))
        {
            if (Kinds.All.FirstOrDefault(kind => kind.Name == (string?)manifest["kind"]) is { } kind)
            {
                var read = JsonSerializer.Deserialize(manifest, kind, Kinds.WireOptions());
                var written = JsonSerializer.SerializeToNode(read, kind, Kinds.WireOptions());

                Canonical(written).Should().Be(Canonical(manifest));
            }
        }
    }

    [Fact]
    public void A_tenant_with_everything_comes_back_as_it_was()
    {
        var tenant = new Tenant
        {
            Metadata = new V1ObjectMeta { Name = "acme", NamespaceProperty = "contoso" },
            Spec = new TenantSpec
            {
                PlatformRef = new LocalReference { Name = "hatz" },
                DisplayName = "Ácme 東京",
                Description = "",
                AddOns = [new AddOn { Name = "extra", Units = 2 }],
                DeletionPolicy = DeletionPolicy.Retain,
                MaxRemovals = new CountOrPercent("5"),
                Limits = new TenantLimits { MaxCases = -1, Storage = "1024Mi" },
                Security = new TenantSecurity { MfaMethods = [MfaMethod.WebAuthn], PasswordPolicy = JsonSerializer.SerializeToElement(new { min_length = 12 }) },
                Cluster = new ClusterTenant { PodSecurity = PodSecurityLevel.Restricted, Labels = new Dictionary<string, string> { ["a/b"] = "c" } },
            },
            Status = new TenantStatus
            {
                Phase = TenantPhase.Active,
                Platform = new PlatformStatus { Name = "default", Type = PlatformType.ProcessMind },
                Conditions =
                [
                    new Condition
                    {
                        Type = CommonConditions.Ready, Status = ConditionStatus.True, Reason = TenantReasons.Active, Message = "",
                        LastTransitionTime = new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero),
                    },
                ],
                Effective = new EffectiveSettings { Sources = new Dictionary<string, SettingSource> { ["limits.maxUsers"] = SettingSource.Package } },
                Usage = new TenantUsage { Resources = new Dictionary<string, ResourceUsage> { ["pods"] = new() { Used = "1", Hard = "10" } } },
            },
        };

        var json = KubernetesJson.Serialize(tenant);
        var back = KubernetesJson.Deserialize<Tenant>(json);

        KubernetesJson.Serialize(back).Should().Be(json);
        back.Spec.Description.Should().BeEmpty("an empty text clears, which is not the same as absence");
        back.Spec.Limits!.Storage.Should().Be(new Quantity("1024Mi"), "an amount is kept as it was written");
        back.Status!.Conditions!.Should().BeEquivalentTo(tenant.Status.Conditions);
    }

    [Fact]
    public void Enums_are_written_in_the_words_of_the_schema()
    {
        var json = JsonNode.Parse(KubernetesJson.Serialize(new TenantStatus { Platform = new PlatformStatus { Type = PlatformType.ScaiKey }, Phase = TenantPhase.Cancelling }))!;

        ((string?)json["platform"]!["type"]).Should().Be("scaiKey");
        ((string?)json["phase"]).Should().Be("Cancelling");
    }

    [Fact]
    public void What_is_absent_is_not_written()
    {
        var json = JsonNode.Parse(KubernetesJson.Serialize(new TenantSpec { Hatz = new HatzTenant() }))!.AsObject();

        json.Select(entry => entry.Key).Should().Equal("hatz");
        json["hatz"]!.AsObject().Should().BeEmpty();
    }

    [Fact]
    public void A_field_of_a_later_version_does_not_disturb_reading()
    {
        var tenant = KubernetesJson.Deserialize<Tenant>("""{"metadata":{"name":"a"},"spec":{"displayName":"A","fromTheFuture":{"x":[1]}}}""");

        tenant.Spec.DisplayName.Should().Be("A");
    }

    [Fact]
    public void Amounts_are_read_from_numbers_and_texts()
    {
        var package = KubernetesJson.Deserialize<TenantPackageSpec>("""{"type":"Primary","quota":{"pods":10,"requests.cpu":"500m","requests.memory":1.5}}""");

        package.Quota.Should().BeEquivalentTo(new Dictionary<string, Quantity> { ["pods"] = "10", ["requests.cpu"] = "500m", ["requests.memory"] = "1.5" });
    }

    [Fact]
    public void Any_amount_is_written_as_it_was_read() => Gen.OneOf(Gen.Int.Select(number => $"{number}"), Gen.String[Gen.Char.AlphaNumeric, 1, 20]).Sample(text =>
    {
        var back = KubernetesJson.Deserialize<Quantity>(KubernetesJson.Serialize(new Quantity(text)));
        back.Text.Should().Be(text);
    });

    // Two trees are equal when their keys are, whatever the order; amounts may go out as texts though they came in as numbers.
    private static string Canonical(JsonNode? node) => node switch
    {
        JsonObject map => "{" + string.Join(",", map.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key}:{Canonical(entry.Value)}")) + "}",
        JsonArray list => "[" + string.Join(",", list.Select(Canonical)) + "]",
        _ => node?.ToString() ?? "null",
    };
}
