using System.Globalization;
using System.Text.Json.Nodes;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Prometheus;
using TenantOperator.Runtime;

namespace TenantOperator.Platforms.Cluster;

/// <summary>Tells the cluster platform what it must not decide by itself.</summary>
public sealed record ClusterPlatformOptions
{
    /// <summary>The ClusterRoles that people may be given; a TenantPlatform that names another one is refused.</summary>
    public IReadOnlySet<string> AllowedClusterRoles { get; init; } = new HashSet<string>(StringComparer.Ordinal) { "admin", "edit", "view" };

    /// <summary>Whether a Tenant with this uid exists.</summary>
    public Func<string, bool> IsLivingTenant { get; set; } = _ => true;
}

/// <summary>
/// Tenants in this cluster: a namespace each, with quota, limits, isolation and access, made and kept. It never takes over what does not carry the
/// mark of the same account, and never deletes a namespace unless the policy says Delete.
/// </summary>
public sealed class ClusterTenantPlatform : ITenantPlatform
{
    // The caches hold only what is ours, so nothing tells when somebody else's object is gone.
    private static readonly TimeSpan ForeignChildInterval = TimeSpan.FromMinutes(1);

    // A net below the watch, which tells at once.
    private static readonly TimeSpan TerminatingInterval = TimeSpan.FromSeconds(30);

    private readonly ClusterCaches caches;
    private readonly WriteGate gate;
    private readonly ClusterPlatformOptions options;
    private readonly TimeProvider clock;
    private readonly UsageReadings readings;
    private readonly ChildWriter<QuotaChild> quotas;
    private readonly ChildWriter<LimitRangeChild> limitRanges;
    private readonly ChildWriter<NetworkPolicyChild> networkPolicies;
    private readonly ChildWriter<RoleBindingChild> roleBindings;

    /// <summary>Made once; safe for use by many passes at a time.</summary>
    public ClusterTenantPlatform(ClusterCaches caches, WriteGate gate, KubernetesApi api, ClusterPlatformOptions options, UsageReadings readings, TimeProvider clock)
    {
        this.caches = caches;
        this.gate = gate;
        this.options = options;
        this.readings = readings;
        this.clock = clock;
        quotas = new(caches.Quotas, gate, api);
        limitRanges = new(caches.LimitRanges, gate, api);
        networkPolicies = new(caches.NetworkPolicies, gate, api);
        roleBindings = new(caches.RoleBindings, gate, api);
    }

    /// <inheritdoc/>
    public PlatformType Type => PlatformType.Cluster;

    /// <inheritdoc/>
    public PlatformCapabilities Capabilities { get; } = new() { Rename = true, Suspend = true, Delete = true, RemoveAccess = true, Usage = true };

    /// <inheritdoc/>
    public Task<PlatformObservation> ObserveAsync(TenantPlatform platform, CancellationToken cancellationToken) =>
        Task.FromResult(new PlatformObservation { Outcome = PlatformOutcome.Ok });

    /// <inheritdoc/>
    public async Task<TenantObservation> ConvergeAsync(TenantWish wish, CancellationToken cancellationToken)
    {
        if (WhyNameIsInvalid(wish) is { } invalid)
        {
            return Refused(TenantReasons.NameInvalid, invalid);
        }

        var plan = ClusterPlan.For(wish);
        var observed = caches.Namespaces.Find(new ObjectKey("", plan.Namespace));
        if (WhyExternalIdIsWrong(wish, observed) is { } wrong)
        {
            return wrong;
        }

        var write = wish.Mode == WriteMode.Correct;
        var drifted = new List<string>();
        var claim = NamespaceClaim.Decide(wish, observed, options.IsLivingTenant);
        if (claim is NamespaceClaim.Free)
        {
            if (!plan.Namespace.StartsWith(wish.Tenant.Metadata.NamespaceProperty + "-", StringComparison.Ordinal))
            {
                return Refused(
                    TenantReasons.NameInvalid,
                    $"Namespace \"{plan.Namespace}\" does not exist, and one is made only under a name that begins with \"{wish.Tenant.Metadata.NamespaceProperty}-\", so that no account can take "
                    + "a name that somebody else counts on. Make a new Tenant with such a name in spec.cluster.namespace, or without that field.");
            }

            if (wish.Tenant.Status?.ExternalId is not null && wish.Tenant.Spec.OnRemoteMissing != MissingPolicy.Recreate)
            {
                return new()
                {
                    Outcome = new PlatformOutcome.NotFound(
                        $"Namespace \"{plan.Namespace}\" was there and is gone, with all that was in it. Nothing was made in its place. Restore it from a backup, "
                        + "or set spec.onRemoteMissing: Recreate to have an empty one made."),
                };
            }

            if (!write)
            {
                return new() { Outcome = PlatformOutcome.Ok, Drifted = [.. plan.Children.Select(child => $"{child} (missing)").Prepend($"Namespace {plan.Namespace} (missing)")] };
            }

            // Somebody may have made it a moment ago: another leader, or we before a crash. Then it is judged like any other.
            observed = await CreateNamespaceAsync(plan, cancellationToken);
            claim = NamespaceClaim.Decide(wish, observed, options.IsLivingTenant);
        }

        switch (claim)
        {
            case NamespaceClaim.Taken taken:
                return Refused(TenantReasons.NamespaceTaken, taken.Message);
            case NamespaceClaim.Free:
                return new() { Outcome = new PlatformOutcome.RefusedForNow(TenantReasons.Progressing, $"Namespace \"{plan.Namespace}\" came and went just now.", TimeSpan.FromSeconds(1)) };
            case NamespaceClaim.Terminating:
                return new()
                {
                    Outcome = new PlatformOutcome.RefusedForNow(
                        TenantReasons.NamespaceTerminating,
                        $"Namespace \"{plan.Namespace}\" is being deleted{WhatIsLeft(observed!)}. What keeps it: kubectl get namespace {plan.Namespace} -o yaml",
                        TerminatingInterval),
                };
            case NamespaceClaim.Ours ours:
                if (await CorrectNamespaceAsync(plan, observed!, write, cancellationToken) is { } fields && !ours.TakenUp)
                {
                    drifted.Add($"Namespace {plan.Namespace} ({fields})");
                }

                break;
        }

        // What is in use is not taken away by accident. A quota that somebody else raised is put back all the same: it stops nothing that runs.
        var belowUsage = wish.Settled || wish.Tenant.Spec.AllowBelowUsage == true ? null : WhyBelowUsage(plan);
        var children = await Task.WhenAll(
            belowUsage is null
                ? quotas.KeepAsync(plan.Quota, new(plan.Namespace, ClusterPlan.QuotaName), write, cancellationToken)
                : Task.FromResult(new KeptChild("", ChildChange.None)),
            quotas.KeepAsync(plan.Suspension, new(plan.Namespace, ClusterPlan.SuspensionName), write, cancellationToken),
            limitRanges.KeepAsync(plan.LimitRange, new(plan.Namespace, ClusterPlan.LimitRangeName), write, cancellationToken),
            networkPolicies.KeepAsync(plan.NetworkPolicy, new(plan.Namespace, ClusterPlan.NetworkPolicyName), write, cancellationToken));

        drifted.AddRange(children.Where(child => child.Differed).Select(child => child.Description));
        return new()
        {
            Outcome = ForeignOutcome(plan.Namespace, children) ?? PlatformOutcome.Ok,
            ExternalId = observed!.Uid,
            Remote = new RemoteTenant { Name = plan.Namespace, DisplayName = wish.Effective.DisplayName },
            Drifted = drifted,
            BelowUsage = belowUsage,
        };
    }

    /// <inheritdoc/>
    public string? WhyBelowUsage(TenantWish wish) => WhyNameIsInvalid(wish) is null ? WhyBelowUsage(ClusterPlan.For(wish)) : null;

    /// <inheritdoc/>
    public string KeyOf(TenantWish wish, TenantUser user) => ClusterPeople.UsernameOf(wish.Platform, user);

    /// <inheritdoc/>
    public Task<PresentRoster> ReadRosterAsync(TenantWish wish, CancellationToken cancellationToken)
    {
        var ns = wish.Effective.Cluster!.Namespace!;
        return Task.FromResult(new PresentRoster(PlatformOutcome.Ok, RoleBindingPlan.PeopleIn(name => caches.RoleBindings.Find(new(ns, name)))));
    }

    /// <inheritdoc/>
    public async Task<RosterObservation> ApplyRosterAsync(TenantWish wish, RosterChange change, CancellationToken cancellationToken)
    {
        var ns = wish.Effective.Cluster!.Namespace!;
        var plans = RoleBindingPlan.For(wish, change.Members, change.Kept);
        if (plans.FirstOrDefault(plan => !options.AllowedClusterRoles.Contains(plan.ClusterRole)) is { } forbidden)
        {
            return new()
            {
                Outcome = new PlatformOutcome.Refused(
                    TenantReasons.RoleNotAllowed,
                    $"TenantPlatform \"{wish.Platform?.Metadata.Name}\" gives the role {forbidden.Role} as ClusterRole \"{forbidden.ClusterRole}\", which this operator may not hand out. "
                    + $"Name one of {string.Join(", ", options.AllowedClusterRoles.Order(StringComparer.Ordinal))} in spec.cluster.roles, or start the operator with --cluster-roles."),
            };
        }

        var write = wish.Mode != WriteMode.Observe && !change.ReportOnly;
        var changes = await Task.WhenAll(RoleBindingPlan.AllNames.Select(name =>
            roleBindings.KeepAsync(plans.FirstOrDefault(plan => plan.Binding.Key.Name == name)?.Binding, new(ns, name), write, cancellationToken)));

        return new()
        {
            Outcome = ForeignOutcome(ns, changes) ?? PlatformOutcome.Ok,
            Members = change.Members.ToDictionary(
                member => member.User.Metadata.Name,
                member => new MemberObservation(
                    PlatformOutcome.Ok,
                    ClusterPeople.UsernameOf(wish.Platform, member.User),
                    string.Join(", ", member.Roles.Select(role => RoleBindingPlan.ClusterRoleOf(wish.Platform, role)).Distinct(StringComparer.Ordinal)))
                {
                    Unsupported = member.User.Spec.SendInvitation == true ? ["sendInvitation"] : [],
                },
                StringComparer.Ordinal),
            Drifted = [.. changes.Where(kept => kept.Differed).Select(kept => kept.Description)],
        };
    }

    /// <inheritdoc/>
    public TenantUsage? ReadUsage(TenantWish wish)
    {
        var counted = caches.Quotas.Find(new ObjectKey(wish.Effective.Cluster?.Namespace ?? "", ClusterPlan.QuotaName))?.Used is { } used ? ClusterUsage.Of(used) : null;
        return readings.AddTo(counted, wish);
    }

    /// <inheritdoc/>
    public async Task<Identification> IdentifyAsync(TenantWish wish, CancellationToken cancellationToken)
    {
        // Read from the server, not from the cache: what is compared before an irreversible step must be what is there now.
        var json = await gate.RefreshAsync(caches.Namespaces, new ObjectKey("", ClusterPlan.For(wish).Namespace), cancellationToken);
        return new(PlatformOutcome.Ok, json is null || NamespaceClaim.Decide(wish, json, options.IsLivingTenant) is not NamespaceClaim.Ours
            ? null
            : new TenantIdentity(json.Uid, json.Key.Name, json.OwnAnnotations?.GetValueOrDefault(Annotations.DisplayName) ?? ""));
    }

    /// <inheritdoc/>
    public async Task<PlatformOutcome> ReleaseAsync(TenantWish wish, DeletionPolicy policy, CancellationToken cancellationToken)
    {
        if (policy == DeletionPolicy.Retain || WhyNameIsInvalid(wish) is not null)
        {
            return PlatformOutcome.Ok;
        }

        var ns = wish.Effective.Cluster!.Namespace!;
        var observed = caches.Namespaces.Find(new ObjectKey("", ns));
        if (observed is null || NamespaceClaim.Decide(wish, observed, options.IsLivingTenant) is NamespaceClaim.Taken)
        {
            // Never made, or not ours: there is nothing of this tenant to let go of.
            return PlatformOutcome.Ok;
        }

        if (policy == DeletionPolicy.Delete)
        {
            return await DeleteNamespaceAsync(observed, cancellationToken);
        }

        if (observed.Terminating)
        {
            return PlatformOutcome.Ok;
        }

        // Suspend: nobody gets in, no pod starts, everything else stays for whoever applies the Tenant again.
        var suspended = wish with { Suspended = true };
        var plan = ClusterPlan.For(suspended);
        await ApplyRosterAsync(suspended, new RosterChange { Members = [] }, cancellationToken);
        await quotas.KeepAsync(plan.Suspension, new(ns, ClusterPlan.SuspensionName), write: true, cancellationToken);
        if (observed.OwnAnnotations?.ContainsKey(Annotations.RetainedAt) != true || observed.OwnLabels?.ContainsKey(Labels.Suspended) != true)
        {
            var now = clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            await gate.PatchAsync(
                caches.Namespaces,
                observed.Key,
                new JsonObject
                {
                    ["metadata"] = new JsonObject
                    {
                        ["labels"] = new JsonObject { [Labels.Suspended] = "true" },
                        ["annotations"] = new JsonObject { [Annotations.RetainedAt] = now },
                    },
                },
                observed.Version.ResourceVersion,
                cancellationToken);
        }

        return PlatformOutcome.Ok;
    }

    private async Task<PlatformOutcome> DeleteNamespaceAsync(NamespaceChild observed, CancellationToken cancellationToken)
    {
        if (!observed.Terminating)
        {
            await gate.DeleteAsync(caches.Namespaces, observed.Key, observed.Uid, cancellationToken);
        }

        // The watch tells when it is gone; nobody has to ask.
        return caches.Namespaces.Find(observed.Key) is not { } rest || rest.Uid != observed.Uid
            ? PlatformOutcome.Ok
            : new PlatformOutcome.RefusedForNow(
                TenantReasons.NamespaceTerminating,
                $"Namespace \"{observed.Key.Name}\" is being deleted and still has content{WhatIsLeft(observed)}. What keeps it: kubectl get namespace {observed.Key.Name} -o yaml",
                TerminatingInterval);
    }

    private async Task<NamespaceChild?> CreateNamespaceAsync(ClusterPlan plan, CancellationToken cancellationToken)
    {
        try
        {
            return await gate.CreateAsync(caches.Namespaces, plan.NamespaceManifest(), cancellationToken);
        }
        catch (AlreadyExistsException)
        {
            return await gate.RefreshAsync(caches.Namespaces, new ObjectKey("", plan.Namespace), cancellationToken);
        }
    }

    // Returns what of the labels differed, or null.
    private async Task<string?> CorrectNamespaceAsync(ClusterPlan plan, NamespaceChild observed, bool write, CancellationToken cancellationToken)
    {
        var labels = Differences(plan.NamespaceLabels.ToDictionary(pair => pair.Key, string? (pair) => pair.Value, StringComparer.Ordinal), observed.OwnLabels);
        var former = observed.OwnAnnotations?.GetValueOrDefault(Annotations.TenantLabels)?.Split(',') ?? [];
        foreach (var gone in former.Append(Labels.Suspended).Where(key => !plan.NamespaceLabels.ContainsKey(key) && observed.OwnLabels?.ContainsKey(key) == true))
        {
            (labels ??= [])[gone] = null;
        }

        var annotations = Differences(plan.NamespaceAnnotations, observed.OwnAnnotations);
        var differed = labels is null ? null : string.Join(", ", labels.Select(label => label.Key));
        if (!write || (labels is null && annotations is null))
        {
            return differed;
        }

        var metadata = new JsonObject();
        if (labels is not null)
        {
            metadata["labels"] = labels;
        }

        if (annotations is not null)
        {
            metadata["annotations"] = annotations;
        }

        await gate.PatchAsync(caches.Namespaces, observed.Key, new JsonObject { ["metadata"] = metadata }, observed.Version.ResourceVersion, cancellationToken);
        return differed;
    }

    private static string WhatIsLeft(NamespaceChild observed) => observed.Left is { Length: > 0 } left ? $": {left.TrimEnd('.')}" : "";

    private static JsonObject? Differences(IReadOnlyDictionary<string, string?> wished, IReadOnlyDictionary<string, string>? present)
    {
        JsonObject? patch = null;
        foreach (var (key, value) in wished)
        {
            if (present?.GetValueOrDefault(key) != value)
            {
                (patch ??= [])[key] = value;
            }
        }

        return patch;
    }

    private string? WhyBelowUsage(ClusterPlan plan) => QuotaReduction.WhyNot(plan.Quota, caches.Quotas.Find(new(plan.Namespace, ClusterPlan.QuotaName)));

    private static string? WhyNameIsInvalid(TenantWish wish)
    {
        var ns = wish.Effective.Cluster?.Namespace ?? "";
        return ns.Length is > 0 and <= 63
            ? null
            : $"The namespace would be called \"{ns}\", which has {ns.Length} characters; Kubernetes allows 63. Make a new Tenant with a shorter metadata.name or with spec.cluster.namespace.";
    }

    private static TenantObservation? WhyExternalIdIsWrong(TenantWish wish, NamespaceChild? observed)
    {
        if (wish.Tenant.Spec.ExternalId is not { } wanted || string.Equals(observed?.Uid, wanted, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var ns = wish.Effective.Cluster!.Namespace;
        return Refused(
            TenantReasons.ExternalIdNotFound,
            observed is null
                ? $"spec.externalId asks to take up namespace \"{ns}\" by its uid, but there is no such namespace. Remove spec.externalId from a new Tenant to have one made."
                : $"spec.externalId is not the uid of namespace \"{ns}\". Compare: kubectl get namespace {ns} -o jsonpath={{.metadata.uid}}");
    }

    private static PlatformOutcome? ForeignOutcome(string ns, IReadOnlyList<KeptChild> children) =>
        children.FirstOrDefault(child => child.Change == ChildChange.Foreign) is { Name: { } name }
            ? new PlatformOutcome.Refused(
                TenantReasons.NamespaceTaken,
                $"{name} in namespace \"{ns}\" was not made by this operator, so it is left alone. Rename or remove it; the operator needs that name.",
                ForeignChildInterval)
            : null;

    private static TenantObservation Refused(string reason, string message) => new() { Outcome = new PlatformOutcome.Refused(reason, message) };
}
