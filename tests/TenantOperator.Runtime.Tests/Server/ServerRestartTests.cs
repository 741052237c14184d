namespace TenantOperator.Runtime.Tests.Server;

/// <summary>A real restart of the real server. It has a server of its own, which it stops under nobody else's feet.</summary>
public sealed class ServerRestartTests
{
    [Fact]
    public async Task A_cache_survives_a_restart_of_the_server_and_sees_what_came_after()
    {
        var token = TestContext.Current.CancellationToken;
        await using var server = new RuntimeServer();
        var cluster = await server.WithWidgetsAsync(token);
        if (cluster.Local is not { } local)
        {
            Assert.Skip("The cluster is not ours to restart.");
            return;
        }

        await using var rig = await Rig<Widget>.CreateAsync(server);
        await rig.CreateDirectlyAsync(Widget.Named(rig.Namespace, "before"));
        await rig.StartAsync();

        await local.StopServerAsync(clean: false);
        await local.StartServerAsync(token);
        await Eventually.HoldsAsync(async () =>
        {
            try
            {
                await rig.CreateDirectlyAsync(Widget.Named(rig.Namespace, "after"));
                return true;
            }
            catch (Exception error) when (error is HttpRequestException or ApiException or TimeoutException)
            {
                return error is AlreadyExistsException;
            }
        });

        await rig.ShowsAsync("before", "after");
        rig.ChangesOf("before").Should().ContainSingle("it was never gone");
    }
}
