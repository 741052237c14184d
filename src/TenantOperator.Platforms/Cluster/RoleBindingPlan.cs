using System.Text.Json.Nodes;
using k8s.Models;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Amounts;
using TenantOperator.Runtime;

namespace TenantOperator.Platforms.Cluster;

/// <summary>One RoleBinding for each role that somebody has: all its people, and the platform's groups, as subjects. A pure function.</summary>
internal sealed record RoleBindingPlan(TenantRole Role, DesiredChild Binding, string ClusterRole)
{
    private static readonly TenantRole[] AllRoles = [TenantRole.Admin, TenantRole.Developer, TenantRole.Analyst, TenantRole.Member];

    /// <summary>The name of the RoleBinding of a role.</summary>
    public static string NameOf(TenantRole role) => role switch
    {
        TenantRole.Admin => "tenant-admin",
        TenantRole.Developer => "tenant-developer",
        TenantRole.Analyst => "tenant-analyst",
        _ => "tenant-member",
    };

    /// <summary>The names of all RoleBindings that may exist.</summary>
    public static IEnumerable<string> AllNames => AllRoles.Select(NameOf);

    /// <summary>The ClusterRole a role is on this platform.</summary>
    public static string ClusterRoleOf(TenantPlatform? platform, TenantRole role) => role switch
    {
        TenantRole.Admin => platform?.Spec.Cluster?.Roles?.Admin ?? "admin",
        TenantRole.Developer => platform?.Spec.Cluster?.Roles?.Developer ?? "edit",
        TenantRole.Analyst => platform?.Spec.Cluster?.Roles?.Analyst ?? "view",
        _ => platform?.Spec.Cluster?.Roles?.Member ?? "view",
    };

    /// <summary>The people whom the bindings of a tenant let in now, each with all roles.</summary>
    public static IReadOnlyList<PresentMember> PeopleIn(Func<string, RoleBindingChild?> find)
    {
        var people = new SortedDictionary<string, (List<TenantRole> Roles, bool Managed)>(StringComparer.Ordinal);
        foreach (var role in AllRoles)
        {
            if (find(NameOf(role)) is not { } binding)
            {
                continue;
            }

            foreach (var person in binding.People)
            {
                var known = people.TryGetValue(person, out var before) ? before : (Roles: [], Managed: false);
                known.Roles.Add(role);
                people[person] = (known.Roles, known.Managed || Manages(binding.ManagedPeople, person));
            }
        }

        return [.. people.Select(person => new PresentMember(person.Key, person.Value.Roles, person.Value.Managed))];
    }

    /// <summary>The bindings that should be; none while the tenant is suspended.</summary>
    public static IReadOnlyList<RoleBindingPlan> For(TenantWish wish, IReadOnlyList<MemberWish> members, IReadOnlyList<PresentMember> kept)
    {
        if (wish.Suspended)
        {
            return [];
        }

        var plans = new List<RoleBindingPlan>(2);
        foreach (var role in AllRoles)
        {
            var managed = members.Where(member => member.Roles.Contains(role)).Select(member => ClusterPeople.UsernameOf(wish.Platform, member.User))
                .Concat(kept.Where(person => person.Managed && person.Roles.Contains(role)).Select(person => person.Key))
                .ToHashSet(StringComparer.Ordinal);
            var people = managed.Concat(kept.Where(person => !person.Managed && person.Roles.Contains(role)).Select(person => person.Key));
            var groups = (wish.Platform?.Spec.Cluster?.Access ?? []).Where(access => access.Role == role).Select(access => access.Group);
            var subjects = new JsonArray();
            foreach (var group in groups.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            {
                subjects.Add(Subject("Group", group));
            }

            foreach (var person in people.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            {
                subjects.Add(Subject("User", person));
            }

            if (subjects.Count > 0)
            {
                plans.Add(For(wish, role, subjects, MarkOf(managed)));
            }
        }

        return plans;
    }

    // Whom the operator added must be known when their TenantUser is gone, and no name of a person may stand in an annotation: so digests do.
    private static string MarkOf(IEnumerable<string> people) => string.Join(',', people.Select(DigestOf).Order(StringComparer.Ordinal));

    private static bool Manages(string mark, string person) => mark.Contains(DigestOf(person), StringComparison.Ordinal);

    private static string DigestOf(string person) => CanonicalJson.Digest(person)[..12];

    private static RoleBindingPlan For(TenantWish wish, TenantRole role, JsonArray subjects, string mark)
    {
        var clusterRole = ClusterRoleOf(wish.Platform, role);
        var key = new ObjectKey(wish.Effective.Cluster!.Namespace!, NameOf(role));
        var labels = ClusterPlan.MarksOf(wish);
        labels[Labels.Role] = role.ToString();
        var roleRef = new JsonObject { ["apiGroup"] = "rbac.authorization.k8s.io", ["kind"] = "ClusterRole", ["name"] = clusterRole };
        var manifest = new ChildWire
        {
            ApiVersion = "rbac.authorization.k8s.io/v1",
            Kind = "RoleBinding",
            Metadata = new V1ObjectMeta
            {
                Name = key.Name,
                NamespaceProperty = key.Namespace,
                Labels = labels,
                Annotations = new Dictionary<string, string>(StringComparer.Ordinal) { [Annotations.ManagedSubjects] = mark },
            },
            RoleRef = roleRef,
            Subjects = subjects,
        };
        return new(role, new DesiredChild(key, manifest, CanonicalJson.Digest(ChildProjection.ContentOf(null, roleRef, subjects) + mark)), clusterRole);
    }

    private static JsonObject Subject(string kind, string name) => new() { ["apiGroup"] = "rbac.authorization.k8s.io", ["kind"] = kind, ["name"] = name };
}
