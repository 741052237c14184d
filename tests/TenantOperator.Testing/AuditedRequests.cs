using System.Text.Json.Nodes;

namespace TenantOperator.Testing;

/// <summary>One answered request, as the API server's audit log has it.</summary>
/// <param name="Verb">The verb of authorization, such as patch.</param>
/// <param name="Resource">Resource and subresource, such as tenants/status.</param>
/// <param name="Code">The answer's code.</param>
/// <param name="Refusal">Of a 403: what the authorizer decided, and the words.</param>
public sealed record AuditedRequest(string Verb, string Resource, int Code, string Refusal)
{
    /// <summary>Whether it was done.</summary>
    public bool Done => Code is >= 200 and < 300;

    public override string ToString() => $"{Verb} {Resource} {Code}{Refusal}";
}

/// <summary>Reads the audit log of a local API server.</summary>
public static class AuditedRequests
{
    /// <summary>What a user asked for so far. A line that is still being written is left out.</summary>
    public static async Task<IReadOnlyList<AuditedRequest>> OfAsync(string auditLog, string user, CancellationToken cancellationToken)
    {
        var requests = new List<AuditedRequest>();
        using var log = new StreamReader(new FileStream(auditLog, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        while (await log.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Contains(user, StringComparison.Ordinal) && line.EndsWith('}') && JsonNode.Parse(line)! is var entry && (string?)entry["user"]?["username"] == user)
            {
                var what = entry["objectRef"];
                var part = (string?)what?["subresource"] is { } subresource ? "/" + subresource : "";
                var code = (int?)entry["responseStatus"]?["code"] ?? 0;
                var refusal = code == 403 ? $" {entry["annotations"]?["authorization.k8s.io/decision"]}: {entry["responseStatus"]?["message"]}" : "";
                requests.Add(new((string?)entry["verb"] ?? "", (string?)what?["resource"] + part, code, refusal));
            }
        }

        return requests;
    }
}
