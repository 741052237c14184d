using Microsoft.Extensions.Time.Testing;

namespace TenantOperator.Emulators.Tests;

/// <summary>An emulator with one package, a clock that stands still, and a client of it.</summary>
internal sealed class HatzTest : IAsyncDisposable
{
    private HatzTest(HatzEmulator hatz, FakeTimeProvider clock)
    {
        Hatz = hatz;
        Clock = clock;
        Client = new Caller(hatz, ("X-API-Key", hatz.Key));
    }

    public HatzEmulator Hatz { get; }

    public FakeTimeProvider Clock { get; }

    public Caller Client { get; }

    public static async Task<HatzTest> StartAsync(HatzOptions? options = null)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2024, 1, 15, 9, 0, 0, TimeSpan.Zero));
        var hatz = await HatzEmulator.StartAsync((options ?? new HatzOptions()) with { Clock = clock });
        hatz.AddPackage("Professional", unassigned: 100, id: "package_abc123");
        return new HatzTest(hatz, clock);
    }

    /// <summary>Creates tenants with the package that is there.</summary>
    public Task<Reply> CreateAsync(params string[] names) => Client.PostAsync("/admin/tenants", Create(names));

    public static string Create(params string[] names) => $$"""
        {"tenants":[{{string.Join(',', names.Select(name => $$"""{"tenant_name":"{{name}}","package_id":"package_abc123"}"""))}}]}
        """;

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Hatz.DisposeAsync();
    }
}
