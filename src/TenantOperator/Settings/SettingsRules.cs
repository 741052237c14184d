using TenantOperator.Api;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Amounts;

namespace TenantOperator.Settings;

/// <summary>A package in force, and how many units of it.</summary>
internal sealed record PackageInForce(TenantPackage Package, int Units);

/// <summary>The settings of a tenant, and the wishes that were not granted.</summary>
internal sealed record ResolvedSettings(EffectiveSettings Effective, IReadOnlyList<Denied> Denied);

/// <summary>A wish that the platform's owner does not allow.</summary>
internal sealed record Denied(string Field, string Reason, string Message);

/// <summary>
/// Which value counts, and where it comes from: the Tenant's own field, else its template's, else its packages', else the platform's, else the built-in
/// default. Packages add up. A pure function of the objects.
/// </summary>
internal sealed class SettingsRules
{
    private const PodSecurityLevel DefaultPodSecurity = PodSecurityLevel.Baseline;

    // What the schema of a limit allows. A sum of many add-ons may pass it, and then could not be written to the status.
    private const long MostPeople = 1_000_000;
    private const long MostCases = 1_000_000_000_000;

    private readonly Dictionary<string, SettingSource> sources = new(StringComparer.Ordinal);
    private readonly List<Denied> denied = [];
    private readonly Tenant tenant;
    private readonly TenantTemplateSpec? template;
    private readonly TenantPlatform? platform;
    private readonly IReadOnlyList<PackageInForce> packages;

    private SettingsRules(Tenant tenant, TenantTemplateSpec? template, IReadOnlyList<PackageInForce> packages, TenantPlatform? platform)
    {
        this.tenant = tenant;
        this.template = template;
        this.packages = packages;
        this.platform = platform;
    }

    private TenantSpec Spec => tenant.Spec;

    /// <summary>Resolves the settings.</summary>
    /// <param name="tenant">The Tenant.</param>
    /// <param name="template">The copy of the template's values, if it has one.</param>
    /// <param name="packages">The packages it holds units of, the primary one first.</param>
    /// <param name="platform">Its TenantPlatform; null for the cluster with built-in defaults.</param>
    public static ResolvedSettings Resolve(Tenant tenant, TenantTemplateSpec? template, IReadOnlyList<PackageInForce> packages, TenantPlatform? platform) =>
        new SettingsRules(tenant, template, packages, platform).Resolve();

    /// <summary>The name of the primary package the tenant asks for, or null.</summary>
    public static string? WantedPackage(Tenant tenant, TenantTemplateSpec? template) => tenant.Spec.PackageRef?.Name ?? template?.PackageRef?.Name;

    /// <summary>The add-ons the tenant asks for. A list in the Tenant replaces the template's.</summary>
    public static IReadOnlyList<AddOn> WantedAddOns(Tenant tenant, TenantTemplateSpec? template) => tenant.Spec.AddOns ?? template?.AddOns ?? [];

    private ResolvedSettings Resolve()
    {
        var primary = packages.FirstOrDefault(each => each.Package.Spec.Type == PackageType.Primary);
        var addOns = packages.Where(each => each.Package.Spec.Type == PackageType.AddOn).ToList();
        var limits = LimitsInForce();
        var effective = new EffectiveSettings
        {
            Name = First("name", (Spec.Name, SettingSource.Tenant), (tenant.Metadata.Name, SettingSource.Default)),
            DisplayName = First("displayName", (Spec.DisplayName, SettingSource.Tenant), (Spec.Name ?? tenant.Metadata.Name, SettingSource.Default)),
            Description = First("description", (Spec.Description, SettingSource.Tenant), (template?.Description, SettingSource.Template)),
            Package = primary is null ? null : Note("package", primary.Package.Metadata.Name, Spec.PackageRef is null ? SettingSource.Template : SettingSource.Tenant),
            AddOns = addOns.Count == 0
                ? null
                : Note(
                    "addOns",
                    addOns.Select(each => new AddOn { Name = each.Package.Metadata.Name, Units = each.Units }).ToList(),
                    Spec.AddOns is null ? SettingSource.Template : SettingSource.Tenant),
            Credits = Sum("credits", spec => spec.Credits),
            Limits = limits,
            Security = SecurityInForce(),
            EarlyFeatures = First("earlyFeatures", (Spec.EarlyFeatures, SettingSource.Tenant), (template?.EarlyFeatures, SettingSource.Template)),
            DeletionPolicy = First(
                "deletionPolicy",
                (Spec.DeletionPolicy, SettingSource.Tenant),
                (template?.DeletionPolicy, SettingSource.Template),
                (DeletionPolicy.Suspend, SettingSource.Default)),
            Cluster = platform is null || platform.Spec.Cluster is not null ? ClusterInForce(limits) : null,
            Hatz = platform?.Spec.Hatz is not null ? HatzInForce(primary?.Package) : null,
            Mindzie = platform?.Spec.Mindzie is not null ? MindzieInForce() : null,
            ScaiKey = platform?.Spec.ScaiKey is not null ? ScaiKeyInForce() : null,
        };
        return new(effective with { Sources = sources }, denied);
    }

    private TenantLimits? LimitsInForce()
    {
        var limits = new TenantLimits
        {
            MaxUsers = First(
                "limits.maxUsers",
                (Spec.Limits?.MaxUsers, SettingSource.Tenant),
                (template?.Limits?.MaxUsers, SettingSource.Template),
                ((int?)Clamp(Total(spec => spec.Limits?.MaxUsers), MostPeople), SettingSource.Package)),
            MaxAnalysts = First(
                "limits.maxAnalysts",
                (Spec.Limits?.MaxAnalysts, SettingSource.Tenant),
                (template?.Limits?.MaxAnalysts, SettingSource.Template),
                ((int?)Clamp(Total(spec => spec.Limits?.MaxAnalysts), MostPeople), SettingSource.Package)),
            MaxCases = First(
                "limits.maxCases",
                (Spec.Limits?.MaxCases, SettingSource.Tenant),
                (template?.Limits?.MaxCases, SettingSource.Template),
                (packages.Any(each => each.Package.Spec.Limits?.MaxCases == -1) ? -1 : Clamp(Total(spec => spec.Limits?.MaxCases), MostCases), SettingSource.Package)),
            Storage = First(
                "limits.storage",
                (Spec.Limits?.Storage, SettingSource.Tenant),
                (template?.Limits?.Storage, SettingSource.Template),
                (TotalAmount(spec => spec.Limits?.Storage), SettingSource.Package)),
        };
        return limits == new TenantLimits() ? null : limits;
    }

    private TenantSecurity? SecurityInForce()
    {
        var security = new TenantSecurity
        {
            MfaRequired = First(
                "security.mfaRequired", (Spec.Security?.MfaRequired, SettingSource.Tenant), (template?.Security?.MfaRequired, SettingSource.Template)),
            MfaMethods = First(
                "security.mfaMethods", (Spec.Security?.MfaMethods, SettingSource.Tenant), (template?.Security?.MfaMethods, SettingSource.Template)),
            PasswordPolicy = First(
                "security.passwordPolicy", (Spec.Security?.PasswordPolicy, SettingSource.Tenant), (template?.Security?.PasswordPolicy, SettingSource.Template)),
            SessionTimeoutMinutes = First(
                "security.sessionTimeoutMinutes",
                (Spec.Security?.SessionTimeoutMinutes, SettingSource.Tenant),
                (template?.Security?.SessionTimeoutMinutes, SettingSource.Template)),
        };
        return security == new TenantSecurity() ? null : security;
    }

    private EffectiveCluster ClusterInForce(TenantLimits? limits) => new()
    {
        Namespace = First(
            "cluster.namespace",
            (Spec.Cluster?.Namespace, SettingSource.Tenant),
            ($"{tenant.Metadata.NamespaceProperty}-{tenant.Metadata.Name}", SettingSource.Default)),
        PodSecurity = PodSecurityInForce(),
        NetworkPolicy = NetworkPolicyInForce(),
        Quota = QuotaInForce(limits),
        LimitRange = First(
            "cluster.limitRange",
            (packages.Select(each => each.Package.Spec.LimitRange).FirstOrDefault(limits => limits is not null), SettingSource.Package),
            (platform?.Spec.Cluster?.LimitRange, SettingSource.Platform)),
        Labels = LabelsInForce(),
    };

    // A stock that somebody has counted stands for packages that are there, so nothing is bought.
    private HatzTenant HatzInForce(TenantPackage? primary) => new()
    {
        DefaultModelName = First(
            "hatz.defaultModelName", (Spec.Hatz?.DefaultModelName, SettingSource.Tenant), (template?.Hatz?.DefaultModelName, SettingSource.Template)),
        PackageId = First(
            "hatz.packageId",
            (Spec.Hatz?.PackageId, SettingSource.Tenant),
            (template?.Hatz?.PackageId, SettingSource.Template),
            (primary?.Spec.Hatz?.PackageId, SettingSource.Package)),
        TemplateId = First("hatz.templateId", (Spec.Hatz?.TemplateId, SettingSource.Tenant), (template?.Hatz?.RemoteTemplate?.ExternalId, SettingSource.Template)),
        AllowPurchase = First("hatz.allowPurchase", (Spec.Hatz?.AllowPurchase, SettingSource.Tenant), (primary?.Spec.Quantity is null ? null : true, SettingSource.Package)),
    };

    private MindzieTenant MindzieInForce() => new()
    {
        TimeZone = First("mindzie.timeZone", (Spec.Mindzie?.TimeZone, SettingSource.Tenant), (template?.Mindzie?.TimeZone, SettingSource.Template)),
        Academic = First("mindzie.academic", (Spec.Mindzie?.Academic, SettingSource.Tenant), (template?.Mindzie?.Academic, SettingSource.Template)),
        ExpiresAt = First("mindzie.expiresAt", (Spec.Mindzie?.ExpiresAt, SettingSource.Tenant), (template?.Mindzie?.ExpiresAt, SettingSource.Template)),
    };

    private ScaiKeyTenant ScaiKeyInForce() => new()
    {
        ContactEmail = First("scaiKey.contactEmail", (Spec.ScaiKey?.ContactEmail, SettingSource.Tenant), (template?.ScaiKey?.ContactEmail, SettingSource.Template)),
        Branding = First("scaiKey.branding", (Spec.ScaiKey?.Branding, SettingSource.Tenant), (template?.ScaiKey?.Branding, SettingSource.Template)),
        PartnerId = First(
            "scaiKey.partnerId",
            (Spec.ScaiKey?.PartnerId, SettingSource.Tenant),
            (template?.ScaiKey?.PartnerId, SettingSource.Template),
            (platform!.Spec.ScaiKey!.PartnerId, SettingSource.Platform)),
        AllowPartnerTransfer = First("scaiKey.allowPartnerTransfer", (Spec.ScaiKey?.AllowPartnerTransfer, SettingSource.Tenant)),
        AllowSlugChange = First("scaiKey.allowSlugChange", (Spec.ScaiKey?.AllowSlugChange, SettingSource.Tenant)),
    };

    private PodSecurityLevel? PodSecurityInForce()
    {
        var weakest = platform?.Spec.Cluster?.PodSecurity ?? DefaultPodSecurity;
        var level = First(
            "cluster.podSecurity",
            (Spec.Cluster?.PodSecurity, SettingSource.Tenant),
            (template?.Cluster?.PodSecurity, SettingSource.Template),
            (platform?.Spec.Cluster?.PodSecurity, SettingSource.Platform),
            (DefaultPodSecurity, SettingSource.Default));

        // The levels stand in the order of their strictness.
        if (level >= weakest)
        {
            return level;
        }

        denied.Add(new(
            "cluster.podSecurity",
            TenantReasons.PodSecurityNotAllowed,
            $"Pod Security level {level} is weaker than this platform allows, so {weakest} is in force. Ask for {weakest} or a stricter level in spec.cluster.podSecurity, "
            + "or have the platform admin change spec.cluster.podSecurity of the TenantPlatform."));
        return Note("cluster.podSecurity", (PodSecurityLevel?)weakest, platform?.Spec.Cluster?.PodSecurity is null ? SettingSource.Default : SettingSource.Platform);
    }

    private NetworkIsolation? NetworkPolicyInForce()
    {
        var rules = platform?.Spec.Cluster?.NetworkPolicy;
        var wished = First(
            "cluster.networkPolicy",
            (Spec.Cluster?.NetworkPolicy, SettingSource.Tenant),
            (template?.Cluster?.NetworkPolicy, SettingSource.Template),
            (rules?.Mode, SettingSource.Platform),
            (NetworkIsolation.Isolated, SettingSource.Default));
        if (wished != NetworkIsolation.Open || rules?.Mode == NetworkIsolation.Open || rules?.AllowOpen == true)
        {
            return wished;
        }

        denied.Add(new(
            "cluster.networkPolicy",
            TenantReasons.NetworkNotAllowed,
            "An open network is not allowed on this platform, so the tenant is isolated. Remove spec.cluster.networkPolicy, "
            + "or have the platform admin set spec.cluster.networkPolicy.allowOpen of the TenantPlatform."));
        return Note("cluster.networkPolicy", (NetworkIsolation?)NetworkIsolation.Isolated, rules?.Mode is null ? SettingSource.Default : SettingSource.Platform);
    }

    private Dictionary<string, Quantity>? QuotaInForce(TenantLimits? limits)
    {
        var sums = new Dictionary<string, Amount>(StringComparer.Ordinal);
        foreach (var (package, units) in packages)
        {
            foreach (var (resource, quantity) in package.Spec.Quota ?? new Dictionary<string, Quantity>())
            {
                if (Amount.TryParse(quantity.Text) is { } amount)
                {
                    sums[resource] = Times(amount, units) + sums.GetValueOrDefault(resource);
                }
            }
        }

        var source = SettingSource.Package;
        if (sums.Count == 0)
        {
            source = SettingSource.Platform;
            foreach (var (resource, quantity) in platform?.Spec.Cluster?.Quota ?? new Dictionary<string, Quantity>())
            {
                if (Amount.TryParse(quantity.Text) is { } amount)
                {
                    sums[resource] = amount;
                }
            }
        }

        // A storage limit is a ceiling over whatever the package's quota says of storage.
        var onlyStorage = sums.Count == 0;
        if (limits?.Storage is { } storage && Amount.TryParse(storage.Text) is { } ceiling
            && (!sums.TryGetValue("requests.storage", out var present) || ceiling < present))
        {
            sums["requests.storage"] = ceiling;
            source = onlyStorage ? sources["limits.storage"] : source;
        }

        return sums.Count == 0
            ? null
            : Note("cluster.quota", sums.OrderBy(sum => sum.Key, StringComparer.Ordinal).ToDictionary(sum => sum.Key, sum => new Quantity(sum.Value.ToString()), StringComparer.Ordinal), source);
    }

    private Dictionary<string, string>? LabelsInForce()
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in template?.Cluster?.Labels ?? new Dictionary<string, string>())
        {
            labels[key] = value;
        }

        foreach (var (key, value) in Spec.Cluster?.Labels ?? new Dictionary<string, string>())
        {
            labels[key] = value;
        }

        return labels.Count == 0
            ? null
            : Note("cluster.labels", new Dictionary<string, string>(labels, StringComparer.Ordinal), Spec.Cluster?.Labels is null ? SettingSource.Template : SettingSource.Tenant);
    }

    private long? Sum(string field, Func<TenantPackageSpec, long?> select)
    {
        var total = Total(select);
        return total is null ? null : Note(field, total, SettingSource.Package);
    }

    private long? Total(Func<TenantPackageSpec, long?> select) =>
        packages.Select(each => select(each.Package.Spec) * each.Units).Aggregate((long?)null, (sum, value) => value is null ? sum : (sum ?? 0) + value);

    private static long? Clamp(long? sum, long most) => sum is { } some ? Math.Min(some, most) : null;

    private Quantity? TotalAmount(Func<TenantPackageSpec, Quantity?> select)
    {
        Amount? total = null;
        foreach (var (package, units) in packages)
        {
            if (select(package.Spec) is { } quantity && Amount.TryParse(quantity.Text) is { } amount)
            {
                total = (total ?? Amount.Zero) + Times(amount, units);
            }
        }

        return total is { } sum ? new Quantity(sum.ToString()) : default(Quantity?);
    }

    private static Amount Times(Amount amount, int units)
    {
        var sum = Amount.Zero;
        for (var unit = 0; unit < units; unit++)
        {
            sum += amount;
        }

        return sum;
    }

    private T? First<T>(string field, params ReadOnlySpan<(T? Value, SettingSource Source)> candidates)
    {
        foreach (var (value, source) in candidates)
        {
            if (value is not null)
            {
                return Note(field, value, source);
            }
        }

        return default;
    }

    private T Note<T>(string field, T value, SettingSource source)
    {
        sources[field] = source;
        return value;
    }
}
