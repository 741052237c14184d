namespace TenantOperator.Emulators;

/// <summary>What is around the rows of a list. The Tenants API says "any"; each form is that of a sibling product or of a typed endpoint.</summary>
public enum ScaiKeyListEnvelope
{
    /// <summary><c>{"data": [...], "pagination": {"total", "page", "per_page"}, "meta": {}}</c>.</summary>
    DataPagination,

    /// <summary><c>{"data": [...], "total", "page", "page_size"}</c>.</summary>
    DataTotal,

    /// <summary><c>{"items": [...], "total"}</c>.</summary>
    ItemsTotal,

    /// <summary><c>{"tenants": [...], "total"}</c>, by the name of what is listed.</summary>
    NamedTotal,

    /// <summary>The rows alone.</summary>
    Bare,
}

/// <summary>What is around a single thing.</summary>
public enum ScaiKeyItemEnvelope
{
    /// <summary>Nothing.</summary>
    Bare,

    /// <summary><c>{"data": {...}, "meta": {}}</c>.</summary>
    Data,
}

/// <summary>What a partial update does to <c>settings</c> and <c>branding</c>. Not documented.</summary>
public enum ScaiKeyObjectPatch
{
    /// <summary>Keys that are sent are set, others stay.</summary>
    Merge,

    /// <summary>The object is put in the place of the old one.</summary>
    Replace,
}

/// <summary>How a tenant that was softly deleted is read. Not documented.</summary>
public enum ScaiKeyDeleted
{
    /// <summary>404.</summary>
    Gone,

    /// <summary>200, with the status <c>DELETED</c> and <c>deleted_at</c>.</summary>
    Marked,
}

/// <summary>The forms of an error's body, except for 422 and for the token endpoint, which have one each.</summary>
public enum ScaiKeyErrorBody
{
    /// <summary><c>{"detail": "..."}</c>.</summary>
    DetailText,

    /// <summary><c>{"detail": {"message": "...", "field": null}}</c>.</summary>
    DetailObject,

    /// <summary><c>{"error": {"code": "...", "message": "..."}}</c>.</summary>
    ErrorObject,
}

/// <summary>What happens to a collection's path without its slash. The generated pages have one, the page Admin API has none.</summary>
public enum ScaiKeyTrailingSlash
{
    /// <summary>307 to the path with a slash.</summary>
    Redirected,

    /// <summary>It is served.</summary>
    Optional,
}

/// <summary>The switches of the ScaiKey emulator.</summary>
public sealed record ScaiKeyOptions : EmulatorOptions
{
    /// <summary>The id of a GLOBAL service application.</summary>
    public string ClientId { get; init; } = "app_emulator";

    /// <summary>The secret of that application.</summary>
    public string ClientSecret { get; init; } = "scaikey-emulator-secret";

    /// <summary>Its allowed scopes, separated by spaces.</summary>
    public string AllowedScopes { get; init; } = "admin:read admin:write";

    /// <summary>How long a token is good for.</summary>
    public TimeSpan TokenLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>What is around the rows of a list.</summary>
    public ScaiKeyListEnvelope ListEnvelope { get; init; }

    /// <summary>What is around a single thing.</summary>
    public ScaiKeyItemEnvelope ItemEnvelope { get; init; }

    /// <summary>What a partial update does to <c>settings</c> and <c>branding</c>.</summary>
    public ScaiKeyObjectPatch ObjectPatch { get; init; }

    /// <summary>Whether a key that is sent as null is deleted from <c>settings</c> or <c>branding</c>.</summary>
    public bool NullDeletesKey { get; init; }

    /// <summary>How a deleted tenant is read.</summary>
    public ScaiKeyDeleted Deleted { get; init; }

    /// <summary>Whether lists show deleted tenants.</summary>
    public bool ListsDeleted { get; init; }

    /// <summary>Whether the slug of a deleted tenant is free again.</summary>
    public bool DeletionFreesSlug { get; init; }

    /// <summary>The status of a call for a slug or an e-mail that is taken: 409, 422 or 400.</summary>
    public int ConflictStatus { get; init; } = 409;

    /// <summary>The status of a call over a partner's limits.</summary>
    public int LimitStatus { get; init; } = 403;

    /// <summary>The form of an error's body.</summary>
    public ScaiKeyErrorBody ErrorBody { get; init; }

    /// <summary>What happens to a collection's path without its slash.</summary>
    public ScaiKeyTrailingSlash TrailingSlash { get; init; }

    /// <summary>Whether statuses are written in lower case, as siblings do.</summary>
    public bool LowerCaseStatus { get; init; }

    /// <summary>Whether <c>admin:write</c> alone may read.</summary>
    public bool WriteImpliesRead { get; init; } = true;

    /// <summary>Whether a platform token counts as a super admin where admin roles are concerned.</summary>
    public bool PlatformTokenIsSuperAdmin { get; init; } = true;

    /// <summary>The size of a page when none is asked for.</summary>
    public int PageSize { get; init; } = 20;

    /// <summary>The largest page.</summary>
    public int LargestPage { get; init; } = 100;
}
