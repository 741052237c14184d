using System.Text.RegularExpressions;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Amounts;

namespace TenantOperator.Templates;

/// <summary>
/// Whether values that stand in an annotation are values that a TenantTemplate can have. The API server has checked those of the template; an annotation it
/// does not check, and whoever may write a Tenant may write it. Pure.
/// </summary>
internal static partial class TemplateCopyRules
{
    private const int MostAddOns = 20;
    private const int MostUnits = 100;
    private const int MostLabels = 32;
    private const int MostPeople = 1_000_000;
    private const long MostCases = 1_000_000_000_000;
    private const int LongestDescription = 1024;
    private const int LongestPackageName = 52;
    private const int LongestLabelValue = 63;

    public static bool ArePossible(TenantTemplateSpec? values) => values is not null
        && !(values.Description?.Length > LongestDescription)
        && values.DeletionPolicy is null or DeletionPolicy.Suspend or DeletionPolicy.Retain
        && IsKnown(values.DriftPolicy)
        && (values.PackageRef is null || IsPackageName(values.PackageRef.Name))
        && ArePossible(values.AddOns)
        && ArePossible(values.Limits)
        && ArePossible(values.Cluster);

    private static bool ArePossible(IReadOnlyList<AddOn>? addOns) => addOns is null
        || (addOns.Count <= MostAddOns
            && addOns.All(addOn => addOn is { Units: null or (> 0 and <= MostUnits) } && IsPackageName(addOn.Name))
            && addOns.DistinctBy(addOn => addOn.Name, StringComparer.Ordinal).Count() == addOns.Count);

    private static bool ArePossible(TenantLimits? limits) => limits is null
        || (limits.MaxUsers is null or (> 0 and <= MostPeople)
            && limits.MaxAnalysts is null or (>= 0 and <= MostPeople)
            && limits.MaxCases is null or (>= -1 and <= MostCases)
            && (limits.Storage is not { } storage || Amount.TryParse(storage.Text) >= Amount.Zero));

    private static bool ArePossible(ClusterTemplate? cluster) => cluster is null
        || (IsKnown(cluster.PodSecurity)
            && IsKnown(cluster.NetworkPolicy)
            && (cluster.Labels is null || (cluster.Labels.Count <= MostLabels && cluster.Labels.All(label => IsFreeLabel(label.Key) && IsLabelValue(label.Value)))));

    // A number is read as an enum's value too, whether the enum has it or not.
    private static bool IsKnown<T>(T? value)
        where T : struct, Enum => value is not { } some || Enum.IsDefined(some);

    private static bool IsPackageName(string? name) => name is { Length: > 0 and <= LongestPackageName } && DnsLabel().IsMatch(name);

    private static bool IsFreeLabel(string key) => LabelKey().IsMatch(key) && !ReservedKey().IsMatch(key);

    private static bool IsLabelValue(string? value) => value is { Length: <= LongestLabelValue } && LabelValue().IsMatch(value);

    [GeneratedRegex(@"^[a-z0-9]([a-z0-9-]*[a-z0-9])?\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DnsLabel();

    [GeneratedRegex(@"^([a-z0-9]([a-z0-9.-]*[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LabelKey();

    [GeneratedRegex(@"(^|[.])(kubernetes[.]io|k8s[.]io|tenantoperator[.]io)/", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ReservedKey();

    [GeneratedRegex(@"^([A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?)?\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LabelValue();
}
