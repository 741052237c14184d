using k8s.Models;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Cluster;

namespace TenantOperator.Platforms.Tests.Cluster;

public sealed class ClusterChildTests
{
    [Fact]
    public void Of_a_tenants_namespace_our_own_annotations_are_kept_whole_and_long_ones_of_others_are_not()
    {
        var text = new string('x', 5000);
        var wire = new ChildWire
        {
            Metadata = new V1ObjectMeta
            {
                Name = "contoso-acme",
                Uid = Uid,
                ResourceVersion = "1",
                Labels = new Dictionary<string, string> { [Labels.Tenant] = "acme" },
                Annotations = new Dictionary<string, string> { [Annotations.TenantLabels] = text, ["theirs"] = text, ["short"] = "y" },
            },
        };

        NamespaceChild.From(wire).OwnAnnotations.Should().BeEquivalentTo(new Dictionary<string, string> { [Annotations.TenantLabels] = text, ["short"] = "y" });
    }

    [Fact]
    public void A_binding_whose_role_label_was_changed_is_not_the_same_binding()
    {
        var right = Binding("Admin");

        Binding("Member").Should().NotBe(right);
        Binding("Admin").RoleLabel.Should().Be("Admin");
    }

    private const string Uid = "0c9d2f64-5b7e-4a0e-9f57-3f6f0c7f0a11";

    private static RoleBindingChild Binding(string role) => RoleBindingChild.From(new ChildWire
    {
        Metadata = new V1ObjectMeta { Name = "tenant-admin", Uid = Uid, ResourceVersion = "1", NamespaceProperty = "contoso-acme", Labels = new Dictionary<string, string> { [Labels.Role] = role } },
    });
}
