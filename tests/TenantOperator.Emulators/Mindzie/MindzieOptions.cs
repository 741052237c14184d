namespace TenantOperator.Emulators;

/// <summary>Which fields a tenant has.</summary>
public enum MindzieTenantFields
{
    /// <summary>List and detail differ, as in the vendor's own client: counts only in the list, limits of cases only in the detail.</summary>
    Client,

    /// <summary>The thirteen of the page Tenant API, in list and detail alike.</summary>
    TenantApi,
}

/// <summary>The forms of an error's body. Both are documented.</summary>
public enum MindzieErrorBody
{
    /// <summary><c>{"error": "..."}</c>, with a code beside it where there is one.</summary>
    Text,

    /// <summary><c>{"error": {"code", "message", "details", "timestamp", "requestId"}}</c>: Response Formats.</summary>
    ErrorObject,
}

/// <summary>Where a code stands beside an error's text. Not documented.</summary>
public enum MindzieCodeField
{
    /// <summary>In <c>code</c>.</summary>
    Code,

    /// <summary>In <c>errorCode</c>.</summary>
    ErrorCode,

    /// <summary>Nowhere but in the text.</summary>
    InText,
}

/// <summary>The switches of the mindzieStudio emulator.</summary>
public sealed record MindzieOptions : EmulatorOptions
{
    /// <summary>A global key. Keys of tenants are made with <see cref="MindzieEmulator.AddTenantKey"/>.</summary>
    public string Key { get; init; } = "mindzie-emulator-key";

    /// <summary>Which fields a tenant has.</summary>
    public MindzieTenantFields TenantFields { get; init; }

    /// <summary>The form of an error's body.</summary>
    public MindzieErrorBody ErrorBody { get; init; }

    /// <summary>Where a code stands beside an error's text.</summary>
    public MindzieCodeField CodeField { get; init; }

    /// <summary>Whether answers are wrapped in <c>data</c>, with <c>metadata</c> and for lists <c>pagination</c>: Response Formats.</summary>
    public bool WrapsAnswers { get; init; }

    /// <summary>The status of a successful creation of a tenant or of a user without one: 200 or 201, no document says which.</summary>
    public int CreatedStatus { get; init; } = 201;

    /// <summary>The tenants that the installation's licence allows; 0 is without limit.</summary>
    public int LicensedTenants { get; init; }

    /// <summary>The status of a creation over the licence.</summary>
    public int LicenceStatus { get; init; } = 403;

    /// <summary>Whether the three identifiers of a deletion may differ in case.</summary>
    public bool DeletionIgnoresCase { get; init; }

    /// <summary>Whether a limit below what a tenant has already is refused.</summary>
    public bool RefusesLimitsBelowCounts { get; init; }

    /// <summary>Whether the name of a deleted tenant stays taken.</summary>
    public bool NamesStayTaken { get; init; }

    /// <summary>Whether new tenants get no storage container, so that they exist and are of no use.</summary>
    public bool StorageFails { get; init; }

    /// <summary>Whether calls need <c>X-Tenant-Id</c> and <c>X-Project-Id</c> too, as the general page on authentication says.</summary>
    public bool NeedsTenantHeaders { get; init; }
}
