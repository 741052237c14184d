using System.ComponentModel;
using TenantOperator.Api.Schema;

namespace TenantOperator.Api.V1Alpha1;

/// <summary>What a tenant is, as last seen. Computed anew in every pass: it is a view, not a memory.</summary>
public sealed record TenantStatus
{
    /// <summary>The generation of the spec this status is about.</summary>
    [Range(0, long.MaxValue)]
    public long? ObservedGeneration { get; init; }

    /// <summary>Where the tenant is in its life.</summary>
    public TenantPhase? Phase { get; init; }

    /// <summary>Ready, TemplateResolved, PackageAllocated, Synced, UsersSynced, WithinLimits, Suspended, Drifted; DeletionBlocked, ExpiringSoon, Reconciling and Stalled while true.</summary>
    [Count(16), ListMap("type")]
    [ImmutableObject(true)]
    public IReadOnlyList<Condition>? Conditions { get; init; }

    /// <summary>The id of the tenant on its platform; in a cluster the uid of its namespace.</summary>
    [Text(253)]
    public string? ExternalId { get; init; }

    /// <summary>The platform the tenant lives on.</summary>
    public PlatformStatus? Platform { get; init; }

    /// <summary>The settings that count, after tenant, template, packages and platform were put together, and where each comes from.</summary>
    public EffectiveSettings? Effective { get; init; }

    /// <summary>The template that shaped the tenant, at the moment it did.</summary>
    public AppliedTemplate? Template { get; init; }

    /// <summary>The units of packages the tenant holds or waits for.</summary>
    [Count(64), ListMap("name", "unit")]
    public IReadOnlyList<PackageUnit>? Packages { get; init; }

    /// <summary>How many people the tenant has, and how many of them are as declared.</summary>
    public UserCounts? Users { get; init; }

    /// <summary>How much of what it may have the tenant uses.</summary>
    public TenantUsage? Usage { get; init; }

    /// <summary>What the platform says about the tenant.</summary>
    public RemoteTenant? Remote { get; init; }

    /// <summary>How far the deletion has come, while the object is being deleted.</summary>
    public DeletionProgress? Deletion { get; init; }

    /// <summary>Fields of the spec that this platform cannot carry out; they have no effect there.</summary>
    [Count(64, ItemLength = 128), ListSet]
    public IReadOnlyList<string>? UnsupportedFields { get; init; }

    /// <summary>Fields that were changed outside and differ from the spec.</summary>
    [Count(64, ItemLength = 128), ListSet]
    public IReadOnlyList<string>? DriftedFields { get; init; }

    /// <summary>The value of the annotation tenantoperator.io/reconcile-requested-at that was last taken up.</summary>
    [Text(253)]
    public string? LastHandledReconcileAt { get; init; }
}

/// <summary>Where a tenant is in its life.</summary>
public enum TenantPhase
{
    /// <summary>Nothing has been done yet.</summary>
    Pending,

    /// <summary>The tenant is being made.</summary>
    Provisioning,

    /// <summary>The tenant is in use.</summary>
    Active,

    /// <summary>Access is taken away, data is kept.</summary>
    Suspended,

    /// <summary>The platform says its time has run out.</summary>
    Expired,

    /// <summary>The platform says it is about to end.</summary>
    Cancelling,

    /// <summary>The platform says it has ended.</summary>
    Deactivated,

    /// <summary>The platform no longer has it.</summary>
    Missing,

    /// <summary>The platform says something the operator does not know; see remote.status.</summary>
    Unknown,

    /// <summary>The object is being deleted, or its deletion is blocked.</summary>
    Deleting,
}

/// <summary>The platform of a tenant.</summary>
public sealed record PlatformStatus
{
    /// <summary>The name of the TenantPlatform; absent when the built-in defaults of the cluster are used.</summary>
    [Text(253)]
    public string? Name { get; init; }

    /// <summary>What kind of platform it is.</summary>
    [Required]
    public PlatformType Type { get; init; }
}

/// <summary>A template at the moment it shaped a tenant.</summary>
public sealed record AppliedTemplate
{
    /// <summary>The name of the TenantTemplate.</summary>
    [Required, Text(253)]
    public string Name { get; init; } = "";

    /// <summary>Its uid: a template made anew under the same name is another one.</summary>
    [Text(64)]
    public string? Uid { get; init; }

    /// <summary>Its generation then; later ones have no effect on this tenant.</summary>
    [Range(0, long.MaxValue)]
    public long? Generation { get; init; }

    /// <summary>When its values were copied.</summary>
    public DateTimeOffset? AppliedAt { get; init; }
}

/// <summary>One unit of a package that a tenant holds or waits for.</summary>
public sealed record PackageUnit
{
    /// <summary>The name of the TenantPackage.</summary>
    [Required, Text(63)]
    public string Name { get; init; } = "";

    /// <summary>Which of the tenant's units of this package it is, counted from 0.</summary>
    [Required, Range(0, 100)]
    public int Unit { get; init; }

    /// <summary>Primary or AddOn.</summary>
    public PackageType? Type { get; init; }

    /// <summary>Whether the unit is held.</summary>
    public PackageUnitState? State { get; init; }

    /// <summary>The slot of the stock, once held.</summary>
    [Range(0, int.MaxValue)]
    public int? Slot { get; init; }

    /// <summary>The name of the PackageAllocation, once held.</summary>
    [Text(253)]
    public string? Allocation { get; init; }

    /// <summary>The place in line, counted from 1, while waiting; absent for those who are not among the first 10.</summary>
    [Range(1, int.MaxValue)]
    public int? Position { get; init; }
}

/// <summary>Whether a tenant has a unit of a package.</summary>
public enum PackageUnitState
{
    /// <summary>The tenant holds it.</summary>
    Allocated,

    /// <summary>No unit is free; the tenant waits in line.</summary>
    Waiting,

    /// <summary>The tenant no longer needs it and is about to give it back.</summary>
    Releasing,
}

/// <summary>How many people a tenant has. Never who they are.</summary>
public sealed record UserCounts
{
    /// <summary>How many TenantUsers are declared.</summary>
    [Range(0, int.MaxValue)]
    public int? Declared { get; init; }

    /// <summary>How many of them are on the platform as declared.</summary>
    [Range(0, int.MaxValue)]
    public int? Synced { get; init; }

    /// <summary>How many of them could not be synced.</summary>
    [Range(0, int.MaxValue)]
    public int? Failed { get; init; }

    /// <summary>How many people are on the platform without a TenantUser.</summary>
    [Range(0, int.MaxValue)]
    public int? Unmanaged { get; init; }

    /// <summary>While removals are held: how many people would lose their access, which is what spec.maxRemovals must allow to let them go.</summary>
    [Range(0, int.MaxValue)]
    public int? RemovalsToConfirm { get; init; }

    /// <summary>How many of spec.initialUsers have become TenantUsers.</summary>
    [Range(0, int.MaxValue)]
    public int? InitialCreated { get; init; }

    /// <summary>Synced and declared as one text for the column, such as 7/8.</summary>
    [Text(32)]
    public string? Summary { get; init; }
}
