using TenantOperator.Emulators;

namespace TenantOperator.EndToEndTests.Platforms;

/// <summary>A tenant as it is on a platform, and who can get in: "jane@acme.example admin".</summary>
internal sealed record There(string Id, string DisplayName, bool Suspended, IReadOnlyList<string> People);

/// <summary>The samples of a platform, pointed at an emulator, and what that emulator holds.</summary>
internal sealed class PlatformStage : IAsyncDisposable
{
    private PlatformStage(Emulator emulator) => Emulator = emulator;

    /// <summary>What plays the platform.</summary>
    public Emulator Emulator { get; }

    /// <summary>As <c>make run PLATFORM=</c> and the samples name it.</summary>
    public required string Platform { get; init; }

    /// <summary>As the table of <c>kubectl get tenants</c> names it.</summary>
    public required string Word { get; init; }

    /// <summary>The account, which is also the operator's class, so that operators of other tests leave it alone.</summary>
    public string Account => "on-" + Platform;

    /// <summary>The Tenant of the samples.</summary>
    public required string Tenant { get; init; }

    /// <summary>The address behind the e-mail addresses of the samples.</summary>
    public required string Domain { get; init; }

    /// <summary>The tenants there, but not those that are there from the beginning.</summary>
    public required Func<IReadOnlyList<There>> Tenants { get; init; }

    /// <summary>What of a sample must be replaced.</summary>
    public IReadOnlyList<(string Old, string New)> Edits { get; init; } = [];

    /// <summary>A change of a setting, and whether it has arrived. Null: the platform has none.</summary>
    public (string Patch, Func<bool> Arrived)? Setting { get; init; }

    /// <summary>Something is used there, and what of <c>status.usage</c> must tell. Null: the platform tells nothing.</summary>
    public (Action Use, string Field, string Value)? Usage { get; init; }

    public bool CanRename { get; init; } = true;

    /// <summary>A field of the spec, and a value for it, that has no effect there. Null: what has none is refused when it is applied.</summary>
    public (string Field, string Value)? Impossible { get; init; } = ("description", "\"Nobody there wants to know\"");

    public bool CanRemovePeople { get; init; } = true;

    public bool CanSuspend { get; init; } = true;

    public bool CanDelete { get; init; } = true;

    /// <summary>The only tenant there.</summary>
    public There Only => Tenants().Should().ContainSingle().Subject;

    /// <summary>The samples, with another account and the emulator's address.</summary>
    public string Manifest => ManifestFor(Account, Account);

    public static async Task<PlatformStage> OpenAsync(string platform) => platform switch
    {
        "hatz" => OfHatz(await HatzEmulator.StartAsync()),
        "processmind" => OfProcessMind(await ProcessMindEmulator.StartAsync()),
        "mindzie" => OfMindzie(await MindzieEmulator.StartAsync()),
        "scaikey" => OfScaiKey(await ScaiKeyEmulator.StartAsync()),
        _ => throw new ArgumentOutOfRangeException(nameof(platform), platform, "No such platform."),
    };

    /// <summary>The samples for an account, which operators of a class serve; null: those without one.</summary>
    public string ManifestFor(string account, string? controllerClass)
    {
        var sample = File.ReadAllText(Directory.GetFiles(Path.Combine(Repository.Samples, Platform)).Single());
        var name = sample.Split("kind: Namespace\nmetadata:\n  name: ")[1].Split('\n')[0];
        var address = sample.Split("baseUrl: ")[1].Split('\n')[0];
        var label = controllerClass is null ? "" : $"  labels: {{tenantoperator.io/controller-class: {controllerClass}}}\n";
        return Edits.Append(($"namespace: {name}\n", $"namespace: {account}\n"))
            .Append(($"kind: Namespace\nmetadata:\n  name: {name}\n", $"kind: Namespace\nmetadata:\n  name: {account}\n{label}"))
            .Append(($"baseUrl: {address}\n", $"baseUrl: {Emulator.Address}\n    insecure: true\n    usageInterval: 2s\n"))
            .Aggregate(sample, (text, edit) => text.Contains(edit.Item1, StringComparison.Ordinal) ? text.Replace(edit.Item1, edit.Item2, StringComparison.Ordinal) : throw new InvalidOperationException($"The sample has no {edit.Item1}"));
    }

    public ValueTask DisposeAsync() => Emulator.DisposeAsync();

    private static PlatformStage OfHatz(HatzEmulator hatz)
    {
        hatz.AddPackage("Business", unassigned: 2, id: "package_business");
        return new(hatz)
        {
            Platform = "hatz",
            Word = "hatz",
            Tenant = "northwind",
            Domain = "northwind.example",
            Tenants = () => [.. hatz.State.Tenants.Select(tenant => new There(tenant.Id, tenant.Name, false, [.. hatz.State.UsersOf(tenant.Id).Select(user => Person(user.Email, user.RoleName == "client_admin"))]))],
            Setting = ("""{"spec":{"earlyFeatures":true,"security":{"mfaRequired":false},"hatz":{"defaultModelName":""}}}""", () => hatz.State.Tenants.Single() is { BetaFeatures: true, MfaRequired: false, DefaultModelName: "" }),
            Usage = (() => hatz.ChangeTenant(hatz.State.Tenants.Single().Id, tenant => tenant with { TotalCreditsUsed = 4200, TotalCreditLimit = 20000 }), "creditsUsed", "4200"),
            CanRename = false,
            CanRemovePeople = false,
            CanSuspend = false,
            CanDelete = false,
        };
    }

    private static PlatformStage OfProcessMind(ProcessMindEmulator mind) => new(mind)
    {
        Platform = "processmind",
        Word = "processMind",
        Tenant = "tailspin-toys",
        Impossible = ("earlyFeatures", "true"),
        Domain = "tailspin.example",
        Edits = [("9e3779b1-5eed-4000-8000-000000000001", mind.AnchorId)],
        Tenants = () =>
        [
            .. mind.State.Tenants.Where(tenant => tenant.Id != mind.AnchorId).Select(tenant =>
                new There(tenant.Id, tenant.DisplayName, false, [.. mind.State.UsersOf(tenant.Id).Where(row => row.Access.IsActiveInTenant).Select(row => Person(row.User.Email, row.Access.IsAdminInTenant))])),
        ],
        Usage = (() => mind.ChangeTenant(mind.State.Tenants.Single(tenant => tenant.Id != mind.AnchorId).Id, tenant => tenant with { ProcessCount = 7 }), "processes", "7"),
        CanSuspend = false,
    };

    private static PlatformStage OfMindzie(MindzieEmulator mindzie) => new(mindzie)
    {
        Platform = "mindzie",
        Word = "mindzie",
        Tenant = "wingtip-gaming",
        Impossible = null,
        Domain = "wingtip.example",
        Tenants = () => [.. mindzie.State.Tenants.Select(tenant => new There(tenant.Id, tenant.DisplayName, tenant.IsDisabled, [.. mindzie.State.UsersOf(tenant.Id).Select(row => Person(row.User.Email, row.RoleName == "Administrator"))]))],
        Setting = ("""{"spec":{"earlyFeatures":false,"limits":{"maxUsers":12},"mindzie":{"timeZone":"Europe/Lisbon","expiresAt":"2099-12-31T00:00:00Z"}}}""",
            () => mindzie.State.Tenants.Single() is { PreRelease: false, MaxUserCount: 12, TimeZone: "Europe/Lisbon", ExpirationDate.Year: 2099 }),
        Usage = (() => mindzie.ChangeTenant(mindzie.State.Tenants.Single().Id, tenant => tenant with { CaseCount = 12345 }), "cases", "12345"),
    };

    private static PlatformStage OfScaiKey(ScaiKeyEmulator scaiKey) => new(scaiKey)
    {
        Platform = "scaikey",
        Word = "scaiKey",
        Tenant = "litware-labs",
        Domain = "litware.example",
        Edits = [("prt_10kdt2", scaiKey.PartnerId)],
        Tenants = () =>
        [
            .. scaiKey.State.LiveTenants.Select(tenant => new There(
                tenant.Id,
                tenant.Name,
                tenant.Status != "ACTIVE",
                [.. scaiKey.State.UsersOf(tenant.Id).Where(user => user.Status == "ACTIVE").Select(user => Person(user.Email, scaiKey.State.AdminRoles.Any(grant => grant.UserId == user.Id && grant.TenantId == tenant.Id)))])),
        ],
        Setting = ("""{"spec":{"security":{"mfaRequired":false,"sessionTimeoutMinutes":30}}}""",
            () => scaiKey.State.LiveTenants.Single().Settings is var settings && !settings.GetProperty("mfa_required").GetBoolean() && settings.GetProperty("session_timeout").GetInt32() == 30),
    };

    private static string Person(string email, bool admin) => admin ? email + " admin" : email;
}
