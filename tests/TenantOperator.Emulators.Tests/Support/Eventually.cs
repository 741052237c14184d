namespace TenantOperator.Emulators.Tests;

/// <summary>Waits for what another task is about to do.</summary>
internal static class Eventually
{
    public static async Task TrueAsync(Func<bool> condition)
    {
        for (var tries = 0; !condition(); tries++)
        {
            tries.Should().BeLessThan(5000, "what was waited for should have happened by now");
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System);
        }
    }

    /// <summary>Turns a fake clock until a task is over.</summary>
    public static async Task<T> WhileTurningAsync<T>(Task<T> task, Microsoft.Extensions.Time.Testing.FakeTimeProvider clock, TimeSpan step)
    {
        await TrueAsync(() =>
        {
            clock.Advance(step);
            return task.IsCompleted;
        });
        return await task;
    }
}
