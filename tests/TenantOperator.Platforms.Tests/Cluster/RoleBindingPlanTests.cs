using CsCheck;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Cluster;

namespace TenantOperator.Platforms.Tests.Cluster;

public sealed class RoleBindingPlanTests
{
    [Fact]
    public void Each_role_that_somebody_has_is_one_binding_with_all_its_people()
    {
        var plans = RoleBindingPlan.For(
            A.Wish(), [A.Member("Zoe@acme.example", TenantRole.Admin), A.Member("anna@acme.example", TenantRole.Admin, TenantRole.Analyst), A.Member("omar@acme.example", TenantRole.Member)], []);

        plans.Select(plan => (plan.Binding.Key.ToString(), plan.ClusterRole, Subjects(plan))).Should().Equal(
            ("contoso-acme/tenant-admin", "admin", "User anna@acme.example, User zoe@acme.example"),
            ("contoso-acme/tenant-analyst", "view", "User anna@acme.example"),
            ("contoso-acme/tenant-member", "view", "User omar@acme.example"));
    }

    [Fact]
    public void A_suspended_tenant_has_no_access_at_all()
    {
        var platform = new ClusterPlatform { Access = [new GroupAccess { Group = "support", Role = TenantRole.Developer }] };

        RoleBindingPlan.For(A.Wish(suspended: true, platform: platform), [A.Member("anna@acme.example", TenantRole.Admin)], []).Should().BeEmpty();
    }

    [Fact]
    public void Groups_prefixes_roles_and_usernames_of_the_platform_are_obeyed()
    {
        var platform = new ClusterPlatform
        {
            UsernamePrefix = "oidc:",
            Roles = new ClusterRoleNames { Developer = "developer" },
            Access = [new GroupAccess { Group = "support", Role = TenantRole.Developer }, new GroupAccess { Group = "support", Role = TenantRole.Developer }],
        };
        var omar = A.Member("omar@acme.example", TenantRole.Developer);
        omar = omar with { User = omar.User with { Spec = omar.User.Spec with { Cluster = new ClusterUser { Username = "Omar" } } } };

        var plan = RoleBindingPlan.For(A.Wish(platform: platform), [omar], []).Single();

        plan.ClusterRole.Should().Be("developer");
        Subjects(plan).Should().Be("Group support, User oidc:Omar");
        ClusterPeople.UsernameOf(A.Wish(platform: platform).Platform, A.Member("Anna@Acme.example").User).Should().Be("oidc:anna@acme.example");
    }

    [Fact]
    public void No_address_stands_in_names_labels_or_what_is_kept_in_memory()
    {
        var plan = RoleBindingPlan.For(A.Wish(), [A.Member("anna@acme.example", TenantRole.Admin)], []).Single();

        $"{plan.Binding.Key} {string.Join(' ', plan.Binding.Manifest.Metadata.Labels.Select(label => label.ToString()))} {plan.Binding.Content}".Should().NotContain("anna").And.NotContain("@");
    }

    [Fact]
    public void The_order_in_which_people_are_named_never_changes_a_binding() => Gen.Select(Gen.Int[0, 20].Array[0, 10], Gen.Int).Sample((people, seed) =>
    {
        var members = people.Distinct().Select(person => A.Member($"p{person}@acme.example", person % 2 == 0 ? TenantRole.Admin : TenantRole.Member)).ToArray();
        var before = RoleBindingPlan.For(A.Wish(), members, []);
        new Random(seed).Shuffle(members);

        RoleBindingPlan.For(A.Wish(), members, []).Select(plan => plan.Binding.Content).Should().Equal(before.Select(plan => plan.Binding.Content));
    });

    [Fact]
    public void Who_is_kept_stays_in_and_only_the_operators_own_are_marked_as_such()
    {
        var plan = RoleBindingPlan.For(
            A.Wish(),
            [A.Member("anna@acme.example", TenantRole.Admin)],
            [new PresentMember("guest@acme.example", [TenantRole.Admin], Managed: false), new PresentMember("held@acme.example", [TenantRole.Admin], Managed: true)]).Single();

        Subjects(plan).Should().Be("User anna@acme.example, User guest@acme.example, User held@acme.example");
        var wire = plan.Binding.Manifest;
        wire.Metadata.Uid = Guid.NewGuid().ToString();
        wire.Metadata.ResourceVersion = "1";
        var child = RoleBindingChild.From(wire);
        child.Content.Should().Be(plan.Binding.Content, "what was written is what was wished for");
        child.ManagedPeople.Should().NotContain("anna").And.NotContain("@");

        RoleBindingPlan.PeopleIn(name => name == plan.Binding.Key.Name ? child : null).Select(person => (person.Key, person.Managed)).Should().Equal(
            ("anna@acme.example", true), ("guest@acme.example", false), ("held@acme.example", true));
    }

    private static string Subjects(RoleBindingPlan plan) =>
        string.Join(", ", plan.Binding.Manifest.Subjects!.AsArray().Select(subject => $"{subject!["kind"]} {subject["name"]}"));
}
