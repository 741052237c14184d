using System.Text.Json;
using System.Text.Json.Nodes;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Amounts;

namespace TenantOperator.Platforms.ScaiKey;

/// <summary>Decisions about a tenant on ScaiKey. Pure.</summary>
internal static class ScaiKeyPlan
{
    private const string MfaRequired = "mfa_required";
    private const string MfaMethods = "mfa_methods";
    private const string PasswordPolicy = "password_policy";
    private const string SessionTimeout = "session_timeout";

    public static ScaiKeyNewTenant NewTenant(TenantWish wish, string slug)
    {
        var (scaiKey, settings) = (wish.Effective.ScaiKey, Overlay(null, wish.Effective.Security).Whole);
        return new(
            wish.Effective.DisplayName!,
            slug,
            scaiKey?.PartnerId,
            scaiKey?.ContactEmail is { Length: > 0 } mail ? mail : null,
            settings.Count > 0 ? Element(settings) : null,
            scaiKey?.Branding is { ValueKind: JsonValueKind.Object } branding ? branding : null);
    }

    /// <summary>What differs and is managed, with its fields in our words; null if nothing does. Objects are sent whole, with what others put there, since nobody says whether they are merged.</summary>
    public static (ScaiKeyTenantChange? Change, IReadOnlyList<string> Fields) ChangeOf(TenantWish wish, ScaiKeyRow now, bool? suspended)
    {
        var (effective, scaiKey) = (wish.Effective, wish.Effective.ScaiKey);
        var (settings, settingFields) = now.Settings is { } known || !wish.Settled ? Overlay(now.Settings, effective.Security) : ([], []);
        var (branding, brandingDiffers) = Overlay(now.Branding, scaiKey?.Branding);
        var change = new ScaiKeyTenantChange
        {
            Name = wish.Tenant.Spec.DisplayName is { } name && name != now.Name ? name : null,
            Slug = scaiKey?.AllowSlugChange == true && effective.Name != now.Slug ? effective.Name : null,
            Status = suspended is { } off && off != now.IsSuspended ? off ? ScaiKeyStatus.Suspended : ScaiKeyStatus.Active : null,
            ContactEmail = scaiKey?.ContactEmail is { } mail && mail != (now.ContactEmail ?? "") ? mail : null,
            PartnerId = scaiKey is { PartnerId: { } partner, AllowPartnerTransfer: true } && partner != now.PartnerId ? partner : null,
            Settings = settingFields.Count > 0 ? Element(settings) : null,
            Branding = brandingDiffers ? Element(branding) : null,
        };
        string?[] fields =
        [
            change.Name is null ? null : "displayName",
            change.Slug is null ? null : "name",
            change.Status is null ? null : "suspended",
            change.ContactEmail is null ? null : "scaiKey.contactEmail",
            change.PartnerId is null ? null : "scaiKey.partnerId",
            .. settingFields,
            change.Branding is null ? null : "scaiKey.branding",
        ];
        return (change == new ScaiKeyTenantChange() ? null : change, [.. fields.OfType<string>()]);
    }

    /// <summary>The tenant after a change, where the answer does not show it.</summary>
    public static ScaiKeyRow After(ScaiKeyRow row, ScaiKeyTenantChange change) => row with
    {
        Name = change.Name ?? row.Name,
        Slug = change.Slug ?? row.Slug,
        Status = change.Status ?? row.Status,
        ContactEmail = change.ContactEmail ?? row.ContactEmail,
        PartnerId = change.PartnerId ?? row.PartnerId,
        Settings = change.Settings ?? row.Settings,
        Branding = change.Branding ?? row.Branding,
    };

    /// <summary>What is wished and ScaiKey has no call for, or is not allowed to.</summary>
    public static IReadOnlyList<string> Unsupported(TenantWish wish, ScaiKeyRow now) => [.. new[]
    {
        wish.Effective.Description is null ? null : "description",
        wish.Effective.EarlyFeatures is null ? null : "earlyFeatures",
        wish.Effective.Limits?.MaxCases is null ? null : "limits.maxCases",
        wish.Effective.Limits?.Storage is null ? null : "limits.storage",
        wish.Effective.ScaiKey is { PartnerId: { } partner, AllowPartnerTransfer: not true } && now.PartnerId is { } other && partner != other ? "scaiKey.partnerId" : null,
    }.OfType<string>()];

    /// <summary>The tenant in the words of a status.</summary>
    public static RemoteTenant Describe(ScaiKeyRow row, RemoteTenant? before, RemoteOrigin? origin) => new()
    {
        Name = row.Slug,
        DisplayName = row.Name,
        Status = row.Status,
        CreatedAt = row.CreatedAt ?? before?.CreatedAt,
        Origin = origin ?? before?.Origin,
        PartnerId = row.PartnerId,
        PasswordPolicyHash = row.Settings is { ValueKind: JsonValueKind.Object } settings && settings.TryGetProperty(PasswordPolicy, out var policy) ? DigestOf(policy) : null,
        BrandingHash = row.Branding is { } branding ? DigestOf(branding) : null,
    };

    /// <summary>The state by what ScaiKey says; null for one in use.</summary>
    public static TenantPhase? PhaseOf(ScaiKeyRow row, bool suspended) => row.Status switch
    {
        null or "" => null,
        _ when row.IsSuspended => suspended ? null : TenantPhase.Suspended,
        _ when string.Equals(row.Status, ScaiKeyStatus.Active, StringComparison.OrdinalIgnoreCase) => null,
        _ => TenantPhase.Unknown,
    };

    private static (JsonObject Whole, IReadOnlyList<string> Fields) Overlay(JsonElement? now, TenantSecurity? wished)
    {
        var whole = ObjectOf(now);
        var fields = new List<string>();
        Set(MfaRequired, wished?.MfaRequired is { } required ? JsonValue.Create(required) : null, "security.mfaRequired");
        Set(MfaMethods, wished?.MfaMethods is { } methods ? new JsonArray([.. methods.Select(method => (JsonNode)JsonValue.Create(Word(method)))]) : null, "security.mfaMethods");
        Set(SessionTimeout, wished?.SessionTimeoutMinutes is { } minutes ? JsonValue.Create(minutes) : null, "security.sessionTimeoutMinutes");
        if (wished?.PasswordPolicy is { ValueKind: JsonValueKind.Object } policy)
        {
            var (merged, differs) = Overlay(whole[PasswordPolicy] is JsonObject rules ? Element(rules) : null, policy);
            if (differs)
            {
                whole[PasswordPolicy] = merged;
                fields.Add("security.passwordPolicy");
            }
        }

        return (whole, fields);

        void Set(string key, JsonNode? value, string field)
        {
            if (value is not null && !IsSame(whole[key], value))
            {
                whole[key] = value;
                fields.Add(field);
            }
        }
    }

    // The order of a set of methods means nothing.
    private static bool IsSame(JsonNode? one, JsonNode other) => one is JsonArray left && other is JsonArray right
        ? left.Select(each => each?.ToJsonString()).ToHashSet(StringComparer.Ordinal).SetEquals(right.Select(each => each?.ToJsonString()))
        : JsonNode.DeepEquals(one, other);

    // Only the keys that are given are compared and set.
    private static (JsonObject Whole, bool Differs) Overlay(JsonElement? now, JsonElement? wished)
    {
        var whole = ObjectOf(now);
        var differs = false;
        if (wished is { ValueKind: JsonValueKind.Object } given)
        {
            foreach (var member in given.EnumerateObject())
            {
                if (!whole.TryGetPropertyValue(member.Name, out var present) || !JsonNode.DeepEquals(present, NodeOf(member.Value)))
                {
                    whole[member.Name] = NodeOf(member.Value);
                    differs = true;
                }
            }
        }

        return (whole, differs);
    }

    private static string Word(MfaMethod method) => method.ToString().ToLowerInvariant();

    private static JsonObject ObjectOf(JsonElement? json) => json is { ValueKind: JsonValueKind.Object } some ? JsonObject.Create(some.Clone())! : [];

    private static JsonNode? NodeOf(JsonElement json) => JsonNode.Parse(json.GetRawText());

    private static JsonElement Element(JsonObject json) => JsonElement.Parse(json.ToJsonString());

    private static string DigestOf(JsonElement json) => CanonicalJson.Digest(CanonicalJson.Of(NodeOf(json) ?? new JsonObject()));
}
