using System.Text.Json;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Runtime;
using TenantOperator.Templates;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Templates;

public sealed class TemplateCopyTests
{
    [Fact]
    public void What_the_operator_wrote_is_read_back()
    {
        var template = new TenantTemplate
        {
            Metadata = new() { Name = "standard", Uid = "uid", Generation = 3 },
            Spec = new TenantTemplateSpec
            {
                Description = "",
                PackageRef = new PackageReference { Name = "business" },
                AddOns = [new AddOn { Name = "storage", Units = 100 }, new AddOn { Name = "seats" }],
                Limits = new TenantLimits { MaxUsers = 1, MaxAnalysts = 0, MaxCases = -1, Storage = new("10Gi") },
                DriftPolicy = DriftPolicy.Report,
                DeletionPolicy = DeletionPolicy.Retain,
                Cluster = new ClusterTemplate
                {
                    PodSecurity = PodSecurityLevel.Restricted,
                    NetworkPolicy = NetworkIsolation.Open,
                    Labels = new Dictionary<string, string> { ["example.com/cost-center"] = "4711", ["tier"] = "", ["notkubernetes.io/x"] = "a.b_c-d" },
                },
            },
        };

        var read = TemplateCopy.TryRead(Of(TemplateCopy.Of(template, A.Noon).ToJson()), out var copy, out var problem);

        (read, problem).Should().Be((true, null));
        JsonSerializer.Serialize(copy!.Values, RuntimeJson.Options).Should().Be(JsonSerializer.Serialize(template.Spec, RuntimeJson.Options));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"packageRef":{"name":null}}""")]
    [InlineData("""{"packageRef":{"name":"../business"}}""")]
    [InlineData("""{"addOns":[null]}""")]
    [InlineData("""{"addOns":[{"name":null}]}""")]
    [InlineData("""{"addOns":[{"name":"storage","units":2000000000}]}""")]
    [InlineData("""{"addOns":[{"name":"storage","units":0}]}""")]
    [InlineData("""{"addOns":[{"name":"storage"},{"name":"storage"}]}""")]
    [InlineData("""{"limits":{"maxUsers":0}}""")]
    [InlineData("""{"limits":{"maxCases":-2}}""")]
    [InlineData("""{"limits":{"storage":"-1Gi"}}""")]
    [InlineData("""{"limits":{"storage":"much"}}""")]
    [InlineData("""{"deletionPolicy":"Delete"}""")]
    [InlineData("""{"deletionPolicy":7}""")]
    [InlineData("""{"driftPolicy":7}""")]
    [InlineData("""{"cluster":{"podSecurity":99}}""")]
    [InlineData("""{"cluster":{"networkPolicy":-1}}""")]
    [InlineData("""{"cluster":{"labels":{"tenantoperator.io/tenant-uid":"x"}}}""")]
    [InlineData("""{"cluster":{"labels":{"pod-security.kubernetes.io/enforce-version":"v1.0"}}}""")]
    [InlineData("""{"cluster":{"labels":{"two words":"x"}}}""")]
    [InlineData("""{"cluster":{"labels":{"key":"two\nlines"}}}""")]
    [InlineData("""{"cluster":{"labels":{"key":null}}}""")]
    public void Values_that_no_template_can_have_are_no_copy_of_one(string values)
    {
        var read = TemplateCopy.TryRead(Of($$"""{"name":"standard","uid":"uid","generation":3,"appliedAt":"2026-01-01T00:00:00Z","values":{{values}}}"""), out _, out var problem);

        read.Should().BeFalse();
        problem.Should().Contain(Annotations.AppliedTemplate).And.Contain("kubectl annotate tenant acme");
    }

    private static Tenant Of(string copy)
    {
        var tenant = A.Tenant(spec: new TenantSpec { TemplateRef = new LocalReference { Name = "standard" } });
        tenant.Metadata.Annotations = new Dictionary<string, string> { [Annotations.AppliedTemplate] = copy };
        return tenant;
    }
}
