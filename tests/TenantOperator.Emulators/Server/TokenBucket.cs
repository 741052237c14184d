namespace TenantOperator.Emulators;

/// <summary>Lets so many requests per second through, and a burst of them at once.</summary>
internal sealed class TokenBucket(double perSecond, int burst, TimeProvider clock)
{
    private readonly double _most = burst > 0 ? burst : Math.Max(1, perSecond);
    private double _tokens = burst > 0 ? burst : Math.Max(1, perSecond);
    private long _at = clock.GetTimestamp();

    /// <summary>Takes a token, or says how long one will take to come.</summary>
    public bool TryTake(out TimeSpan wait)
    {
        var now = clock.GetTimestamp();
        _tokens = Math.Min(_most, _tokens + (clock.GetElapsedTime(_at, now).TotalSeconds * perSecond));
        _at = now;
        if (_tokens >= 1)
        {
            _tokens--;
            wait = TimeSpan.Zero;
            return true;
        }

        wait = TimeSpan.FromSeconds((1 - _tokens) / perSecond);
        return false;
    }
}
