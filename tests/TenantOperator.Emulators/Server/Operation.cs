namespace TenantOperator.Emulators;

/// <summary>One documented call: how it is addressed, what it does, and the names of its query parameters, which alone the log may show.</summary>
internal sealed record Operation(string Verb, string Template, Func<Call, Answer> Handle, string Query = "")
{
    /// <summary>As in the documents, below the base URL: <c>GET /admin/tenants/{tenant_id}</c>.</summary>
    public string Name => Verb + " " + Template;

    /// <summary>Whether a key is needed.</summary>
    public bool IsOpen { get; init; }

    public bool Addresses(string path)
    {
        var have = path.Trim('/').Split('/');
        var want = Template.Trim('/').Split('/');
        return have.Length == want.Length && want.Zip(have).All(pair => pair.First.StartsWith('{') || pair.First == pair.Second);
    }
}
