using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Remote;

namespace TenantOperator.Platforms.ScaiKey;

/// <summary>
/// The people of a tenant on ScaiKey. Each belongs to one tenant; being an admin is a grant. Access is taken away by suspending the person, which keeps all data; no call is documented that takes a
/// grant back.
/// </summary>
internal sealed class ScaiKeyRoster(ScaiKeyAccount account, TenantWish wish, Dictionary<string, ScaiKeyPerson> people, TimeProvider clock) : RemoteRoster<ScaiKeyPerson>(wish, people, clock)
{
    private const string TenantAdmin = "TENANT_ADMIN";
    private const string PartnerAdmin = "PARTNER_ADMIN";
    private const string SuperAdmin = "SUPER_ADMIN";
    private static readonly TimeSpan LookAgain = TimeSpan.FromHours(1);

    protected override string Product => "ScaiKey";

    /// <summary>Whether a person is an admin of a tenant, by whatever grant.</summary>
    public static IReadOnlyList<TenantRole> RolesOf(ScaiKeyPerson person, string? tenant) => person.Grants.Any(grant => Is(grant, SuperAdmin) || Is(grant, PartnerAdmin) || IsOfTenant(grant, tenant))
        ? [TenantRole.Admin]
        : [TenantRole.Member];

    protected override PlatformOutcome.Refused? WhyNot(MemberWish member)
    {
        if (member.User.Spec.ScaiKey?.Role is ScaiKeyRole.SuperAdmin or ScaiKeyRole.PartnerAdmin && Wish.Platform!.Spec.ScaiKey!.AllowServerRoles != true)
        {
            return new(
                TenantUserReasons.PrivilegedRole,
                "SUPER_ADMIN and PARTNER_ADMIN reach other tenants, and the platform here does not allow that. Use TENANT_ADMIN, or have the platform admin set spec.scaiKey.allowServerRoles of the TenantPlatform.");
        }

        return Known(member) is { } person && WantedGrant(member) is null && person.Grants.Any(grant => IsOfTenant(grant, TenantId))
            ? new(
                TenantUserReasons.UpdateFailed,
                "The person is TENANT_ADMIN on ScaiKey and is not declared so, and ScaiKey documents no call to take that back. Take it back in its site, or give the TenantUser the role Admin.",
                LookAgain)
            : null;
    }

    protected override IReadOnlyList<string> DifferencesOf(MemberWish member, ScaiKeyPerson person)
    {
        var change = ChangeOf(member, person);
        return [.. new[]
        {
            change.FirstName is null ? null : "firstName",
            change.LastName is null ? null : "lastName",
            change.DisplayName is null ? null : "displayName",
            change.Status is null ? null : "active",
            change.CustomAttributes is null ? null : "scaiKey.customAttributes",
            IsGrantMissing(member, person) ? "roles" : null,
        }.OfType<string>()];
    }

    protected override async Task<RemoteResult<ScaiKeyPerson>> ChangeAsync(MemberWish member, ScaiKeyPerson person, CancellationToken cancellationToken)
    {
        var change = ChangeOf(member, person);
        if (change != new ScaiKeyPersonChange())
        {
            var changed = await account.ChangePersonAsync(person.Id, change, TenantUid, cancellationToken);
            if (!changed.IsDone)
            {
                return changed;
            }

            person = person with
            {
                FirstName = change.FirstName ?? person.FirstName,
                LastName = change.LastName ?? person.LastName,
                DisplayName = change.DisplayName ?? person.DisplayName,
                Status = change.Status ?? person.Status,
                CustomAttributes = change.CustomAttributes ?? person.CustomAttributes,
            };
            Keep(person);
        }

        return IsGrantMissing(member, person) ? await GrantAsync(member, person, cancellationToken) : RemoteResult.Of(person);
    }

    protected override async Task<RemoteResult<ScaiKeyPerson>> AddAsync(MemberWish member, CancellationToken cancellationToken)
    {
        var spec = member.User.Spec;
        var added = await account.AddPersonAsync(
            new(
                TenantId,
                spec.Email,
                NotEmpty(spec.FirstName),
                NotEmpty(spec.LastName),
                NotEmpty(spec.DisplayName),
                spec.SendInvitation == true ? null : NobodysPassword(),
                spec.ScaiKey?.CustomAttributes),
            TenantUid,
            cancellationToken);
        if (!added.IsDone)
        {
            return added.Refusal is { } refusal && (refusal.Status == 409 || RemoteWords.Speak(refusal.Words, "exist", "already", "taken")) ? await TakeInAsync(member, refusal, cancellationToken) : added;
        }

        var person = added.Value with { Email = spec.Email, FirstName = added.Value.FirstName ?? spec.FirstName, LastName = added.Value.LastName ?? spec.LastName };
        IsInDoubt |= person.Id.Length == 0;
        Keep(person);
        NoteAdded(member);
        return person.Id.Length > 0 && DifferencesOf(member, person).Count > 0 ? await ChangeAsync(member, person, cancellationToken) : RemoteResult.Of(person);
    }

    protected override async Task<(PlatformOutcome Outcome, ScaiKeyPerson? Left)> RemoveAsync(ScaiKeyPerson person, Farewell farewell, CancellationToken cancellationToken)
    {
        if (farewell == Farewell.DeleteAccount)
        {
            return ((await account.DeletePersonAsync(person.Id, TenantUid, cancellationToken)).ToOutcome() ?? PlatformOutcome.Ok, null);
        }

        var suspended = await account.ChangePersonAsync(person.Id, new() { Status = ScaiKeyStatus.Suspended }, TenantUid, cancellationToken);
        return (suspended.Problem ?? PlatformOutcome.Ok, person with { Status = ScaiKeyStatus.Suspended });
    }

    protected override (string? Id, string? Role) Show(ScaiKeyPerson person) =>
        (person.Id.Length > 0 ? person.Id : null, person.Grants.Where(grant => Is(grant, SuperAdmin) || Is(grant, PartnerAdmin) || IsOfTenant(grant, TenantId)).Select(grant => grant.Role?.ToUpperInvariant()).FirstOrDefault() ?? "USER");

    // Names of people from a directory come from there.
    protected override IEnumerable<string> UnsupportedOf(MemberWish member, ScaiKeyPerson? person)
    {
        var spec = member.User.Spec;
        return person?.IdentitySource is null ? [] : new[]
        {
            spec.FirstName is { } first && first != (person.FirstName ?? "") ? "firstName" : null,
            spec.LastName is { } last && last != (person.LastName ?? "") ? "lastName" : null,
            spec.DisplayName is { } display && display != person.DisplayName ? "displayName" : null,
        }.OfType<string>();
    }

    private static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    // Without a password an invitation is sent, and nobody asked for one. It is kept nowhere: the person sets one of their own by the way of a forgotten one.
    private static string NobodysPassword() => $"{RandomNumberGenerator.GetString("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789", 40)}-aA1!";

    private static bool Is(ScaiKeyGrant grant, string role) => string.Equals(grant.Role, role, StringComparison.OrdinalIgnoreCase);

    private static bool IsOfTenant(ScaiKeyGrant grant, string? tenant) => Is(grant, TenantAdmin) && grant.TenantId == tenant;

    private static string? WantedGrant(MemberWish member) => member.User.Spec.ScaiKey?.Role switch
    {
        ScaiKeyRole.SuperAdmin => SuperAdmin,
        ScaiKeyRole.PartnerAdmin => PartnerAdmin,
        ScaiKeyRole.TenantAdmin => TenantAdmin,
        _ => member.Roles.Contains(TenantRole.Admin) ? TenantAdmin : null,
    };

    private bool IsGrantMissing(MemberWish member, ScaiKeyPerson person) => WantedGrant(member) is { } wanted
        && !person.Grants.Any(grant => wanted == TenantAdmin ? IsOfTenant(grant, TenantId) : Is(grant, wanted));

    private async Task<RemoteResult<ScaiKeyPerson>> GrantAsync(MemberWish member, ScaiKeyPerson person, CancellationToken cancellationToken)
    {
        var wanted = WantedGrant(member)!;
        var partner = wanted == PartnerAdmin ? Wish.Effective.ScaiKey?.PartnerId ?? Wish.Tenant.Status?.Remote?.PartnerId : null;
        var granted = await account.GrantAsync(
            new(person.Id, wanted, wanted == TenantAdmin ? TenantId : null, partner, member.User.Spec.ScaiKey?.RoleExpiresAt), TenantUid, cancellationToken);
        return granted.IsDone
            ? RemoteResult.Of(person with { Grants = [.. person.Grants, granted.Value with { Role = wanted, TenantId = wanted == TenantAdmin ? TenantId : granted.Value.TenantId }] })
            : new(null, granted.Problem, granted.Refusal);
    }

    private static ScaiKeyPersonChange ChangeOf(MemberWish member, ScaiKeyPerson person)
    {
        var spec = member.User.Spec;

        var named = person.IdentitySource is null;
        return new()
        {
            FirstName = named && spec.FirstName is { } first && first != (person.FirstName ?? "") ? first : null,
            LastName = named && spec.LastName is { } last && last != (person.LastName ?? "") ? last : null,
            DisplayName = named && spec.DisplayName is { } display && display != person.DisplayName ? display : null,
            Status = person.IsSuspended ? ScaiKeyStatus.Active : null,
            CustomAttributes = AttributesOf(spec.ScaiKey?.CustomAttributes, person.CustomAttributes),
        };
    }

    // Sent whole, with what others put there, since nobody says whether it is merged.
    private static JsonElement? AttributesOf(IReadOnlyDictionary<string, string>? wished, JsonElement? now)
    {
        if (wished is null)
        {
            return null;
        }

        var whole = now is { ValueKind: JsonValueKind.Object } some ? JsonObject.Create(some.Clone())! : [];
        var differs = false;
        foreach (var (key, value) in wished)
        {
            if (whole[key] is not JsonValue present || !present.TryGetValue<string>(out var text) || text != value)
            {
                whole[key] = value;
                differs = true;
            }
        }

        return differs ? JsonElement.Parse(whole.ToJsonString()) : null;
    }
}
