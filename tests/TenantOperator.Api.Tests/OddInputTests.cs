using System.Text.Json;
using System.Text.Json.Nodes;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Manifests.Crds;

namespace TenantOperator.Api.Tests;

/// <summary>
/// What the server accepts, we must be able to read: an object that cannot be read stops the list it is in, and with it the tenants of everybody.
/// </summary>
public sealed class OddInputTests(CrdServer server)
{
    private static readonly JsonSerializerOptions s_options = new(Kinds.WireOptions()) { MaxDepth = 10_000 };

    [Theory]
    [InlineData("2031-01-01t00:00:00z")]
    [InlineData("2031-01-01T00:00:00.123456789123Z")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59-23:59")]
    [InlineData("2031-01-01T00:00:00+23:59")]
    public async Task A_moment_the_server_takes_is_read(string text)
    {
        var tenant = await ReadAsync($$"""{"suspended": true, "suspension": {"until": "{{text}}"} }""");

        tenant.Spec.Suspension!.Until.Should().NotBeNull();
    }

    [Theory]
    [InlineData("5.0", 5)]
    [InlineData("1e3", 1000)]
    public async Task A_whole_number_in_an_odd_spelling_is_read(string number, int value)
    {
        var tenant = await ReadAsync($$"""{"limits": {"maxUsers": {{number}}, "maxCases": {{number}} } }""");

        tenant.Spec.Limits.Should().BeEquivalentTo(new TenantLimits { MaxUsers = value, MaxCases = value });
    }

    [Fact]
    public async Task Free_JSON_may_be_deep_and_comes_back_as_it_was()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 200)) + "1" + new string('}', 200);
        var tenant = await ReadAsync($$"""{"security": {"passwordPolicy": {{deep}} } }""");

        tenant.Spec.Security!.PasswordPolicy!.Value.GetRawText().Should().Be(deep);
    }

    private async Task<Tenant> ReadAsync(string spec)
    {
        var manifest = JsonNode.Parse(
            $$"""{"apiVersion": "tenantoperator.io/v1alpha1", "kind": "Tenant", "metadata": {"name": "odd"}, "spec": {{spec}} }""",
            documentOptions: new JsonDocumentOptions { MaxDepth = 10_000 })!;
        return JsonSerializer.Deserialize<Tenant>(await server.ReadBackAsync(manifest, TestContext.Current.CancellationToken), s_options)!;
    }
}
