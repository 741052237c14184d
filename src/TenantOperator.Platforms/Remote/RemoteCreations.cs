namespace TenantOperator.Platforms.Remote;

/// <summary>Whether a tenant that was found by its name is the one whose creation was begun, and of which nobody knew how it ended. Pure.</summary>
internal static class RemoteCreations
{
    // Clocks of two companies differ.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    // So long a tenant that was just made may not be in a list.
    private static readonly TimeSpan ListLag = TimeSpan.FromMinutes(2);

    /// <summary>One that was made since the attempt is ours. Of one without a date nobody knows.</summary>
    public static bool IsOurs(IRemoteTenant found, CreationAttempt attempt) => found.MadeAt >= attempt.Time - ClockSkew;

    /// <summary>Whether a name is said to be taken so soon after an attempt that the attempt itself may have taken it, and no list shows that yet.</summary>
    public static bool MayBeOurs(CreationAttempt attempt, string words, DateTimeOffset now) =>
        now - attempt.Time < ListLag && RemoteWords.Speak(words, "exist", "taken", "already", "conflict", "in use", "409");
}
