namespace TenantOperator.ControlPlane.Tests;

/// <summary>Where Lua comes from.</summary>
public sealed class LuaTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lua_5_1_is_found_and_works()
    {
        var lua = await Lua.FindAsync(Console.Error, Cancel);

        var result = await lua.RunAsync(["-e", "print(_VERSION, io.read('*a'))"], "in", Cancel);

        result.Should().Be(new CommandResult(0, "Lua 5.1\tin\n", ""));
    }
}
