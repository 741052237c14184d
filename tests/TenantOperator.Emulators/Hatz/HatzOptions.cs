namespace TenantOperator.Emulators;

/// <summary>The generations of the Hatz documents, oldest first. They differ in paths, limits and fields.</summary>
public enum HatzDocuments
{
    /// <summary>The own account is at <c>/admin/tenants/internal-admin</c>; otherwise as <see cref="D2"/>.</summary>
    D1,

    /// <summary>
    /// Host api.hatz.ai: the list of tenants takes a <c>name</c> and a limit of 1-100 (20 without), writes the status in lower case and shows
    /// no disabled models; the own account is at <c>msp</c> and has one <c>user_count</c>.
    /// </summary>
    D2,

    /// <summary>
    /// Host ai.hatz.ai: no <c>name</c>, a limit of 1-1000 (100 without), the status is <c>Active</c> everywhere, disabled models are in
    /// the list too, and the own account counts its users and those of its tenants apart.
    /// </summary>
    D3,
}

/// <summary>The two sets of role names that the Hatz documents use.</summary>
public enum HatzRoleNames
{
    /// <summary><c>client_admin</c>, <c>general_user</c>, <c>chat_only_user</c>, <c>workshop_user</c>: Admin - User.</summary>
    ClientAdmin,

    /// <summary><c>admin</c>, <c>member</c>: the examples of Admin - Tenant.</summary>
    AdminMember,
}

/// <summary>What becomes of a batch in which one tenant's name is taken. The documents say only that the request fails.</summary>
public enum HatzNameClash
{
    /// <summary>That item has <c>success: false</c>; the others are created.</summary>
    Item,

    /// <summary>400, and nothing is created.</summary>
    Batch,
}

/// <summary>How a text that says "none" is written.</summary>
public enum HatzNothing
{
    /// <summary><c>""</c>.</summary>
    Empty,

    /// <summary><c>null</c>.</summary>
    Null,

    /// <summary>The field is not there.</summary>
    Absent,
}

/// <summary>Which counts when a new tenant names both a package and a template.</summary>
public enum HatzBothNamed
{
    /// <summary>The package; the template's other settings still apply.</summary>
    PackageCounts,

    /// <summary>The template, package and all.</summary>
    TemplateCounts,

    /// <summary>400.</summary>
    Refused,
}

/// <summary>The switches of the Hatz emulator.</summary>
public sealed record HatzOptions : EmulatorOptions
{
    /// <summary>A key that may do everything. More can be made with <see cref="HatzEmulator.AddKey"/>.</summary>
    public string Key { get; init; } = "hatz-emulator-key";

    /// <summary>Which documents it follows.</summary>
    public HatzDocuments Documents { get; init; } = HatzDocuments.D3;

    /// <summary>The names of the default roles.</summary>
    public HatzRoleNames RoleNames { get; init; }

    /// <summary>What becomes of a batch in which one name is taken.</summary>
    public HatzNameClash NameClash { get; init; }

    /// <summary>Whether names that differ in case only are the same name.</summary>
    public bool NamesIgnoreCase { get; init; }

    /// <summary>The status of a successful creation of tenants or of a template: 200 or 201, no document says which.</summary>
    public int CreatedStatus { get; init; } = 200;

    /// <summary>Whether the platform says "Template not found or insufficient permissions" instead of "Template not found". Both are documented.</summary>
    public bool NotFoundMayMeanForbidden { get; init; }

    /// <summary>How the last page of templates says that it is the last.</summary>
    public HatzNothing LastCursor { get; init; } = HatzNothing.Null;

    /// <summary>Whether a cursor includes templates created at just that time, so that rows come twice instead of being missed.</summary>
    public bool CursorIsInclusive { get; init; }

    /// <summary>How "no default model" is written.</summary>
    public HatzNothing NoModel { get; init; }

    /// <summary>Which counts when a new tenant names both a package and a template.</summary>
    public HatzBothNamed BothNamed { get; init; }

    /// <summary>How many units of one package creations may buy once none is unassigned. Each such creation says <c>purchase_occurred</c>. 0: none, the creation fails.</summary>
    public int MostPurchases { get; init; }
}
