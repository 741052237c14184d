using Microsoft.Extensions.DependencyInjection;
using TenantOperator.Platforms.Hatz;
using TenantOperator.Platforms.Http;
using TenantOperator.Platforms.Mindzie;
using TenantOperator.Platforms.ProcessMind;
using TenantOperator.Platforms.ScaiKey;

namespace TenantOperator.Platforms.Remote;

/// <summary>Registers the platforms outside this cluster. A new one is a folder of its own and a line here.</summary>
public static class RemotePlatformServices
{
    /// <summary>Name of the meter and of the activity source of calls to them.</summary>
    public const string TelemetryName = RemoteMetrics.Name;

    /// <summary>Adds them, and the client they share. Needs <see cref="AllowedHosts"/>.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="timeLimit">How long a call may take, from the first byte sent to the last byte read.</param>
    public static IServiceCollection AddRemotePlatforms(this IServiceCollection services, TimeSpan timeLimit)
    {
        // Without the factory's own log lines, which name addresses with what stands in them.
        services.AddHttpClient(RemoteConnection.HttpClientName)
            .ConfigureHttpClient(client => client.Timeout = timeLimit)
            .RemoveAllLoggers()
            .ConfigurePrimaryHttpMessageHandler(provider => OutgoingHandler.Create(provider.GetRequiredService<AllowedHosts>(), timeLimit));
        return services
            .AddSingleton<ITenantPlatform, HatzTenantPlatform>()
            .AddSingleton<ITenantPlatform, ProcessMindTenantPlatform>()
            .AddSingleton<ITenantPlatform, MindzieTenantPlatform>()
            .AddSingleton<ITenantPlatform, ScaiKeyTenantPlatform>();
    }
}
