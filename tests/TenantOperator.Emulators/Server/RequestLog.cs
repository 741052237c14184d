namespace TenantOperator.Emulators;

/// <summary>One request as the emulator saw it. Holds no headers, no bodies and no query parameter that the documents do not name, hence no secrets.</summary>
public sealed record LoggedRequest
{
    /// <summary>From 1, in the order of arrival.</summary>
    public required int Number { get; init; }

    /// <summary>The HTTP method.</summary>
    public required string Verb { get; init; }

    /// <summary>The documented call below the base URL, <c>GET /admin/tenants/{tenant_id}</c>; empty when no document knows it.</summary>
    public required string Route { get; init; }

    /// <summary>The path below the base URL, without the query.</summary>
    public required string Path { get; init; }

    /// <summary>The documented query parameters that were sent.</summary>
    public required IReadOnlyDictionary<string, string> Query { get; init; }

    /// <summary>When it came, by the emulator's clock.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What the client was answered; 0 while there is no answer, or if the connection was cut.</summary>
    public int Status { get; internal set; }

    /// <summary>Whether the platform did what it was asked, whatever the client learned of it.</summary>
    public bool Committed { get; internal set; }

    /// <summary>The fault that struck it, by name; empty when none did.</summary>
    public string Fault { get; internal set; } = "";

    /// <summary>Whether it asks for a change.</summary>
    public bool IsWrite => Verb is not ("GET" or "HEAD");

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Number} {Verb} {Path}{(Query.Count == 0 ? "" : "?" + string.Join('&', Query.Select(one => one.Key + "=" + one.Value)))} "
        + (Status == 0 ? "no answer" : Status.ToString()) + (Fault.Length == 0 ? "" : " " + Fault);
}

/// <summary>Every request so far, in the order of arrival; or those after a mark.</summary>
public sealed class RequestLog
{
    private readonly List<LoggedRequest> _requests;
    private readonly Action<string> _checkRoute;
    private readonly int _from;

    internal RequestLog(Action<string> checkRoute)
        : this([], checkRoute, 0)
    {
    }

    private RequestLog(List<LoggedRequest> requests, Action<string> checkRoute, int from)
    {
        _requests = requests;
        _checkRoute = checkRoute;
        _from = from;
    }

    /// <summary>The requests, as they stand now.</summary>
    public IReadOnlyList<LoggedRequest> Requests
    {
        get
        {
            lock (_requests)
            {
                return _requests[_from..];
            }
        }
    }

    /// <summary>The requests that ask for a change.</summary>
    public IReadOnlyList<LoggedRequest> Writes => [.. Requests.Where(request => request.IsWrite)];

    /// <summary>The requests of a documented call, named as in <see cref="LoggedRequest.Route"/>.</summary>
    /// <exception cref="ArgumentException">The platform has no such call.</exception>
    public IReadOnlyList<LoggedRequest> Of(string route)
    {
        _checkRoute(route);
        return [.. Requests.Where(request => request.Route == route)];
    }

    /// <summary>How many requests of a documented call there were: <c>Count("POST /admin/tenants")</c>.</summary>
    /// <exception cref="ArgumentException">The platform has no such call.</exception>
    public int Count(string route) => Of(route).Count;

    /// <summary>Remembers this moment, to ask later what came after it.</summary>
    public RequestLog Mark()
    {
        lock (_requests)
        {
            return new(_requests, _checkRoute, _requests.Count);
        }
    }

    internal LoggedRequest Add(Func<int, LoggedRequest> request)
    {
        lock (_requests)
        {
            var added = request(_requests.Count + 1);
            _requests.Add(added);
            return added;
        }
    }
}
