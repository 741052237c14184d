namespace TenantOperator.Emulators;

/// <summary>The forms of an error's body. No document shows one; the vendor's own code reads <c>message</c> and else prints the whole.</summary>
public enum ProcessMindErrorBody
{
    /// <summary><c>{"message": "..."}</c>.</summary>
    Message,

    /// <summary><c>{"error": "..."}</c>.</summary>
    Error,

    /// <summary><c>{"error": {"code": "...", "message": "..."}}</c>.</summary>
    ErrorObject,
}

/// <summary>What adding a user does who is in the tenant already. Not documented.</summary>
public enum ProcessMindExistingUser
{
    /// <summary>Answers with the id and leaves the flags as they are.</summary>
    KeepsFlags,

    /// <summary>Answers with the id and sets the flags.</summary>
    SetsFlags,

    /// <summary>409.</summary>
    Refused,
}

/// <summary>What counts when the tenant in the body is not the one in the path. Not documented.</summary>
public enum ProcessMindTenantMismatch
{
    /// <summary>400.</summary>
    Refused,

    /// <summary>The path.</summary>
    PathCounts,

    /// <summary>The body.</summary>
    BodyCounts,
}

/// <summary>What the creation of a tenant answers. Not documented.</summary>
public enum ProcessMindCreated
{
    /// <summary>The tenant.</summary>
    Tenant,

    /// <summary><c>{"id": "...", "message": "..."}</c>, as for a user.</summary>
    IdAndMessage,

    /// <summary><c>{"message": "..."}</c>, so that only the list knows the id.</summary>
    MessageOnly,
}

/// <summary>The switches of the ProcessMind emulator.</summary>
public sealed record ProcessMindOptions : EmulatorOptions
{
    /// <summary>A key for the whole organization. More can be made with <see cref="ProcessMindEmulator.AddTenantKey"/>.</summary>
    public string Key { get; init; } = "processmind-emulator-key";

    /// <summary>The form of an error's body.</summary>
    public ProcessMindErrorBody ErrorBody { get; init; }

    /// <summary>What adding a user does who is in the tenant already.</summary>
    public ProcessMindExistingUser ExistingUser { get; init; }

    /// <summary>What counts when the tenant in the body is not the one in the path.</summary>
    public ProcessMindTenantMismatch TenantMismatch { get; init; }

    /// <summary>What the creation of a tenant answers.</summary>
    public ProcessMindCreated Created { get; init; }

    /// <summary>Whether a tenant can be deleted through itself, as the anchor of its own path. The last one of an organization never can.</summary>
    public bool AnchorCanBeDeleted { get; init; }

    /// <summary>Whether the key of one tenant may make organization calls through it.</summary>
    public bool TenantKeysReachOrganization { get; init; }

    /// <summary>Whether a user's account goes with the last access to a tenant.</summary>
    public bool AccountsGoWithLastAccess { get; init; }

    /// <summary>The status of a call that is over a limit of the plan.</summary>
    public int LimitStatus { get; init; } = 403;

    /// <summary>The tenants that the plan allows; 0 is without limit.</summary>
    public int MostTenants { get; init; }

    /// <summary>The users of the organization that the plan allows; 0 is without limit.</summary>
    public int MostUsers { get; init; }
}
