namespace TenantOperator.Api.V1Alpha1;

/// <summary>What a reason means for whoever reads it, and what to do about it.</summary>
/// <param name="Cause">Why the object is as it is, in one sentence.</param>
/// <param name="Action">What to do, in a sentence or two.</param>
/// <param name="Command">A command that does it or shows what is needed; words such as NAME and NAMESPACE in it stand for names. Null where no command would help.</param>
public sealed record Remedy(string Cause, string Action, string? Command = null)
{
    /// <summary>The words that stand for names in commands.</summary>
    public static IReadOnlyList<string> Placeholders { get; } = ["NAMESPACE", "NAME", "PLATFORM", "PACKAGE", "TEMPLATE", "TENANT", "SECRET", "TENANTNAMESPACE"];

    /// <summary>The command with names in the place of words; null if there is none, or a name it needs is not known.</summary>
    public string? CommandFor(IReadOnlyDictionary<string, string> names)
    {
        var words = (Command ?? "").Split(' ');
        for (var index = 0; index < words.Length; index++)
        {
            foreach (var placeholder in Placeholders.Where(placeholder => words[index].Split('/', '=', '"').Contains(placeholder, StringComparer.Ordinal)))
            {
                if (!names.TryGetValue(placeholder, out var name))
                {
                    return null;
                }

                words[index] = words[index].Replace(placeholder, name, StringComparison.Ordinal);
            }
        }

        return Command is null ? null : string.Join(' ', words);
    }
}

/// <summary>
/// The one table of what each reason means and what to do about it: <c>kubectl tenant describe</c> and the page on troubleshooting read it. A reason of a state in which nothing
/// is to be done stands in <see cref="IsGood"/> instead.
/// </summary>
public static class Remedies
{
    private static readonly Dictionary<string, RemedyTable> s_tables = new(StringComparer.Ordinal)
    {
        [Tenant.KubeKind] = TenantRemedies.Table,
        [TenantUser.KubeKind] = OtherRemedies.Users,
        [TenantPackage.KubeKind] = OtherRemedies.Packages,
        [TenantPlatform.KubeKind] = OtherRemedies.Platforms,
        [TenantTemplate.KubeKind] = OtherRemedies.Templates,
    };

    /// <summary>The kinds that have reasons, by their name in a manifest.</summary>
    public static IReadOnlyCollection<string> Kinds => s_tables.Keys;

    /// <summary>What to do about a reason; null for a good state, an unknown reason or an unknown kind.</summary>
    /// <param name="kind">The kind, as in a manifest, such as Tenant.</param>
    /// <param name="reason">The reason, as in a condition or an Event.</param>
    public static Remedy? For(string kind, string reason) => !s_tables.TryGetValue(kind, out var table) ? null
        : table.Remedies.TryGetValue(reason, out var remedy) ? remedy
        : reason == CommonReasons.Pending ? s_pending
        : null;

    /// <summary>The reasons of a kind about which something is to be done, in the order of their constants; without <see cref="CommonReasons.Pending"/>, which every kind has.</summary>
    public static IEnumerable<string> ReasonsWithRemedy(string kind) => s_tables.TryGetValue(kind, out var table) ? table.Remedies.Keys : [];

    /// <summary>Whether a reason says that all is well, so that nothing is to be done.</summary>
    public static bool IsGood(string kind, string reason) => s_tables.TryGetValue(kind, out var table) && table.Good.Contains(reason);

    private static readonly Remedy s_pending = new(
        "The operator has not looked at the object yet.",
        "Wait a moment. If it stays so, the operator does not run, or it does not serve this namespace: see its --watch-namespaces and --controller-class.",
        "kubectl get pods --all-namespaces -l app.kubernetes.io/name=tenant-operator");
}

/// <summary>The reasons of one kind.</summary>
/// <param name="Good">Those of states in which nothing is to be done.</param>
/// <param name="Remedies">What to do about the others.</param>
internal sealed record RemedyTable(IReadOnlySet<string> Good, IReadOnlyDictionary<string, Remedy> Remedies);
