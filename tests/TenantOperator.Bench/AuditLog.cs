using System.Text.Json;

namespace TenantOperator.Bench;

/// <summary>One request as the API server saw it.</summary>
/// <param name="User">Who asked.</param>
/// <param name="Verb">get, list, watch, create, patch, update, delete.</param>
/// <param name="Resource">The plural, with the subresource behind a slash.</param>
/// <param name="Name">The object, where the path names one.</param>
/// <param name="Namespace">Its namespace, or empty.</param>
/// <param name="Code">The answer.</param>
/// <param name="Received">When the server had the request.</param>
/// <param name="Answered">When the answer was complete.</param>
internal sealed record AuditEntry(string User, string Verb, string Resource, string Name, string Namespace, int Code, DateTimeOffset Received, DateTimeOffset Answered)
{
    /// <summary>Renewals of the lease are a matter of time, not of tenants.</summary>
    public bool IsLease => Resource == "leases";

    public bool IsWrite => Verb is "create" or "patch" or "update" or "delete" or "deletecollection";
}

/// <summary>Follows the audit log of the API server while it is written. A watch appears in it when it ends.</summary>
internal sealed class AuditLog(string path) : IDisposable
{
    private readonly FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
    private readonly byte[] buffer = new byte[1 << 20];
    private byte[] rest = [];

    /// <summary>Leaves out what is there so far.</summary>
    public void Skip()
    {
        file.Position = file.Length;
        rest = [];
    }

    /// <summary>The requests of a user since the last call.</summary>
    public IReadOnlyList<AuditEntry> Read(string user)
    {
        var entries = new List<AuditEntry>();
        var name = System.Text.Encoding.UTF8.GetBytes($"\"{user}\"");
        int count;
        while ((count = file.Read(buffer)) > 0)
        {
            ReadOnlySpan<byte> text = rest.Length == 0 ? buffer.AsSpan(0, count) : (byte[])[.. rest, .. buffer.AsSpan(0, count)];
            while (text.IndexOf((byte)'\n') is var end and >= 0)
            {
                // Most lines are somebody else's; they are not worth parsing while the clock runs.
                if (text[..end].IndexOf(name) >= 0 && Parse(text[..end]) is { } entry && entry.User == user)
                {
                    entries.Add(entry);
                }

                text = text[(end + 1)..];
            }

            rest = text.ToArray();
        }

        return entries;
    }

    public void Dispose() => file.Dispose();

    private static AuditEntry? Parse(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line);
        using var parsed = JsonDocument.ParseValue(ref reader);
        var root = parsed.RootElement;
        if (!root.TryGetProperty("objectRef", out var target))
        {
            return null;
        }

        string Text(string name) => target.TryGetProperty(name, out var value) ? value.GetString()! : "";
        var part = Text("subresource");
        return new(
            root.GetProperty("user").GetProperty("username").GetString()!,
            root.GetProperty("verb").GetString()!,
            part.Length == 0 ? Text("resource") : Text("resource") + "/" + part,
            Text("name"),
            Text("namespace"),
            root.TryGetProperty("responseStatus", out var status) && status.TryGetProperty("code", out var code) ? code.GetInt32() : 0,
            root.GetProperty("requestReceivedTimestamp").GetDateTimeOffset(),
            root.GetProperty("stageTimestamp").GetDateTimeOffset());
    }
}
