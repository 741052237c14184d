namespace TenantOperator.Runtime;

/// <summary>Work of several hands that is done for as long as all of them are at it.</summary>
internal static class Together
{
    /// <summary>Ends when all have ended, or fails as soon as one has: the others may never end, and what that one was to do would be left undone without a word.</summary>
    public static async Task RunAsync(IEnumerable<Task> hands)
    {
        await foreach (var hand in Task.WhenEach(hands))
        {
            await hand;
        }
    }
}
