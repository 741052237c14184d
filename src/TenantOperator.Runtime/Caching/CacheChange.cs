namespace TenantOperator.Runtime;

/// <summary>Where a cache learned of a change.</summary>
public enum ChangeOrigin
{
    /// <summary>An event of the watch, or a single read that was ahead of it.</summary>
    Watch,

    /// <summary>A fresh list: the first fill, or the difference found after a gap.</summary>
    Relist,

    /// <summary>The answer to a write of this process.</summary>
    OwnWrite,
}

/// <summary>
/// One entry before and after: <c>Old</c> null when it is new, <c>New</c> null when it is gone. <c>Initial</c> marks what the
/// first list found, or what a late subscriber is told to catch up: it is not news.
/// </summary>
public readonly record struct CacheChange<T>(ObjectKey Key, T? Old, T? New, ChangeOrigin Origin, bool Initial = false)
    where T : class;
