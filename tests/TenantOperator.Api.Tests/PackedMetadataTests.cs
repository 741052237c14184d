using k8s;
using k8s.Models;
using TenantOperator.Api.V1Alpha1;

namespace TenantOperator.Api.Tests;

public sealed class PackedMetadataTests
{
    private static V1ObjectMeta Stored() => new()
    {
        Name = "anna",
        NamespaceProperty = "contoso",
        Uid = "0c9d2f64-5b7e-4a0e-9f57-3f6f0c7f0a11",
        ResourceVersion = "18446744073709551615",
        CreationTimestamp = new DateTime(2026, 11, 28, 20, 0, 0, DateTimeKind.Utc),
        Generation = 7,
    };

    public static TheoryData<string, Action<V1ObjectMeta>> Kinds() => new()
    {
        { "as stored", _ => { } },
        { "without a generation", each => each.Generation = null },
        { "of a kind without namespaces", each => each.NamespaceProperty = null },
        { "with finalizers", each => each.Finalizers = ["example.com/a", "example.com/b"] },
        { "with no finalizer left", each => each.Finalizers = [] },
        { "with labels", each => each.Labels = new Dictionary<string, string> { ["a"] = "b" } },
        { "with annotations", each => each.Annotations = new Dictionary<string, string> { ["a"] = "b" } },
        { "with long annotations", each => each.Annotations = new Dictionary<string, string> { ["a"] = new('x', 500), ["b"] = new('ä', 500), ["c"] = "" } },
        { "with an owner", each => each.OwnerReferences = [new() { ApiVersion = "v1", Kind = "Tenant", Name = "acme", Uid = "u" }] },
        { "with a name made by the server", each => each.GenerateName = "anna-" },
        { "being deleted", each => (each.DeletionTimestamp, each.DeletionGracePeriodSeconds) = (new DateTime(2026, 11, 29, 0, 0, 0, DateTimeKind.Utc), 0) },
        { "of a client", each => each.ManagedFields = [new() { Manager = "kubectl" }] },
        { "with a link", each => each.SelfLink = "/apis" },
        { "with a uid in capitals", each => each.Uid = each.Uid.ToUpperInvariant() },
        { "with a uid that is none", each => each.Uid = "1" },
        { "with a version that is no number", each => each.ResourceVersion = "one" },
        { "with a version that is written otherwise", each => each.ResourceVersion = "007" },
        { "never stored", each => (each.Uid, each.ResourceVersion, each.CreationTimestamp) = (null!, null!, null) },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Nothing_is_lost_by_packing(string what, Action<V1ObjectMeta> change)
    {
        var metadata = Stored();
        change(metadata);
        var before = KubernetesJson.Serialize(metadata);

        var packed = new TenantUser { Metadata = metadata }.Compact();

        KubernetesJson.Serialize(packed.Metadata).Should().Be(before, what);
    }

    [Fact]
    public void What_is_packed_is_not_changed_through_a_copy_of_it()
    {
        var packed = new TenantUser { Metadata = Stored() }.Compact();

        packed.Metadata.Name = "bert";

        packed.Metadata.Name.Should().Be("anna");
    }

    [Fact]
    public void Two_that_are_alike_are_equal_once_they_are_packed() =>
        new TenantUser { Metadata = Stored(), Spec = Spec }.Compact().Should().Be(new TenantUser { Metadata = Stored(), Spec = Spec }.Compact());

    private static TenantUserSpec Spec { get; } = new() { Email = "anna@acme.example" };
}
