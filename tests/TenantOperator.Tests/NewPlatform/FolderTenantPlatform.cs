using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms;

namespace TenantOperator.Tests.NewPlatform;

/// <summary>
/// A platform in a hundred lines: a tenant is a folder of this machine, and a person in it is a file that holds their roles. docs/guides/a-new-platform.md goes through it. A platform outside the
/// cluster that carries no mark of ours builds on RemoteTenantPlatform instead.
/// </summary>
internal sealed class FolderTenantPlatform(string root) : ITenantPlatform
{
    private const string Owner = ".owner";
    private const string Title = ".title";
    private const string Locked = ".suspended";

    public PlatformType Type => PlatformType.Mindzie;

    public PlatformCapabilities Capabilities { get; } = new() { Rename = true, Suspend = true, Delete = true, RemoveAccess = true };

    public Task<PlatformObservation> ObserveAsync(TenantPlatform platform, CancellationToken cancellationToken) => Task.FromResult(new PlatformObservation
    {
        Outcome = Directory.Exists(root) ? PlatformOutcome.Ok : new PlatformOutcome.Unreachable($"There is no folder {root}."),
    });

    public async Task<TenantObservation> ConvergeAsync(TenantWish wish, CancellationToken cancellationToken)
    {
        var (name, folder) = (wish.Effective.Name!, FolderOf(wish));
        var exists = Directory.Exists(folder);
        if (exists && !IsOurs(wish))
        {
            return new() { Outcome = new PlatformOutcome.Refused(TenantReasons.NameTaken, $"The folder \"{name}\" belongs to another tenant. Make a new Tenant with another spec.name.") };
        }

        var title = exists ? await File.ReadAllTextAsync(Path.Combine(folder, Title), cancellationToken) : null;
        string[] drifted = [.. title != wish.Effective.DisplayName ? ["displayName"] : Array.Empty<string>(), .. File.Exists(Path.Combine(folder, Locked)) != wish.Suspended ? ["suspended"] : Array.Empty<string>()];
        if (wish.Mode == WriteMode.Correct && (!exists || drifted.Length > 0))
        {
            Directory.CreateDirectory(folder);
            await File.WriteAllTextAsync(Path.Combine(folder, Owner), wish.Tenant.Metadata.Uid, cancellationToken);
            await File.WriteAllTextAsync(Path.Combine(folder, Title), wish.Effective.DisplayName, cancellationToken);
            Lock(folder, wish.Suspended);
        }

        return new()
        {
            Outcome = PlatformOutcome.Ok,
            ExternalId = name,
            Remote = new RemoteTenant { Name = name, DisplayName = wish.Effective.DisplayName, Origin = RemoteOrigin.Created },
            Drifted = drifted,
        };
    }

    public string? WhyBelowUsage(TenantWish wish) => null;

    public string KeyOf(TenantWish wish, TenantUser user) => user.Spec.Email;

    public async Task<PresentRoster> ReadRosterAsync(TenantWish wish, CancellationToken cancellationToken)
    {
        var members = new List<PresentMember>();
        foreach (var file in Directory.Exists(FolderOf(wish)) ? Directory.EnumerateFiles(FolderOf(wish), "*@*") : [])
        {
            var roles = (await File.ReadAllTextAsync(file, cancellationToken)).Split(',').Select(Enum.Parse<TenantRole>);
            members.Add(new(Path.GetFileName(file), [.. roles], Managed: true));
        }

        return new(PlatformOutcome.Ok, members);
    }

    public async Task<RosterObservation> ApplyRosterAsync(TenantWish wish, RosterChange change, CancellationToken cancellationToken)
    {
        var members = new Dictionary<string, MemberObservation>(StringComparer.Ordinal);
        foreach (var (user, roles) in change.Members)
        {
            if (wish.Mode == WriteMode.Correct && !change.ReportOnly)
            {
                await File.WriteAllTextAsync(Path.Combine(FolderOf(wish), user.Spec.Email), string.Join(',', roles), cancellationToken);
            }

            members[user.Metadata.Name] = new(PlatformOutcome.Ok, user.Spec.Email, string.Join(", ", roles));
        }

        change.Removed.ToList().ForEach(person => File.Delete(Path.Combine(FolderOf(wish), person.Key)));
        return new() { Outcome = PlatformOutcome.Ok, Members = members };
    }

    public TenantUsage? ReadUsage(TenantWish wish) => null;

    public async Task<Identification> IdentifyAsync(TenantWish wish, CancellationToken cancellationToken) => IsOurs(wish)
        ? new(PlatformOutcome.Ok, new(wish.Effective.Name!, wish.Effective.Name!, await File.ReadAllTextAsync(Path.Combine(FolderOf(wish), Title), cancellationToken)))
        : new(PlatformOutcome.Ok);

    public Task<PlatformOutcome> ReleaseAsync(TenantWish wish, DeletionPolicy policy, CancellationToken cancellationToken)
    {
        if (policy == DeletionPolicy.Delete && IsOurs(wish))
        {
            Directory.Delete(FolderOf(wish), recursive: true);
        }
        else if (policy == DeletionPolicy.Suspend && IsOurs(wish))
        {
            Lock(FolderOf(wish), suspended: true);
        }

        return Task.FromResult(PlatformOutcome.Ok);
    }

    private static void Lock(string folder, bool suspended)
    {
        File.Delete(Path.Combine(folder, Locked));
        if (suspended)
        {
            File.WriteAllText(Path.Combine(folder, Locked), "");
        }
    }

    private string FolderOf(TenantWish wish) => Path.Combine(root, wish.Effective.Name!);

    private bool IsOurs(TenantWish wish) => File.Exists(Path.Combine(FolderOf(wish), Owner)) && File.ReadAllText(Path.Combine(FolderOf(wish), Owner)) == wish.Tenant.Metadata.Uid;
}
