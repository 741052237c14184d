using System.Net.Http.Headers;

namespace TenantOperator.Platforms.Remote;

/// <summary>How long a platform asks to be left alone. Pure.</summary>
internal static class RetryAfter
{
    /// <summary>When it says nothing.</summary>
    public static readonly TimeSpan Default = TimeSpan.FromSeconds(30);

    /// <summary>An absurd wish is not obeyed for longer than this.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <summary>Seconds or a date, within bounds.</summary>
    public static TimeSpan Of(RetryConditionHeaderValue? header, DateTimeOffset now)
    {
        var wished = header?.Delta ?? (header?.Date is { } date ? date - now : Default);
        return wished < Shortest ? Shortest : wished > Longest ? Longest : wished;
    }
}
