using System.Text.Json;
using System.Text.RegularExpressions;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Remote;

namespace TenantOperator.Platforms.Mindzie;

/// <summary>mindzieStudio takes a key as a bearer, and says what is wrong in <c>error</c>, as a text or as an object, with a code in one of four places.</summary>
internal sealed partial class MindzieDialect(ApiKeySource keys, IReadOnlyDictionary<string, string>? extraHeaders) : IRemoteDialect
{
    public PlatformType Type => PlatformType.Mindzie;

    public string Name => "mindzieStudio";

    public JsonSerializerOptions Json => MindzieJson.Options;

    public async Task<RemoteAnswer?> SignAsync(HttpRequestMessage request, bool renew, CancellationToken cancellationToken)
    {
        var (key, problem) = await keys.ReadAsync(renew, cancellationToken);
        if (problem is not null)
        {
            return new RemoteAnswer.Unauthorized(problem.Reason, problem.Message);
        }

        request.Headers.Authorization = new("Bearer", key);
        foreach (var (name, value) in extraHeaders ?? new Dictionary<string, string>())
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return null;
    }

    public RemoteError? WordsOf(JsonElement body, bool refused)
    {
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("error", out var error) || error.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (error.ValueKind == JsonValueKind.Object)
        {
            var field = error.TryGetProperty("details", out var details) && details.ValueKind == JsonValueKind.Object ? TextOf(details, "field") : null;
            return new(TextOf(error, "message") ?? "", field, TextOf(error, "code"));
        }

        var words = error.ValueKind == JsonValueKind.String ? error.GetString()! : "";
        var code = TextOf(body, "code") ?? TextOf(body, "errorCode");
        return code is null && LeadingCode().Match(words) is { Success: true } match
            ? new(words[match.Length..], null, match.Groups["code"].Value)
            : new(words, null, code);
    }

    public RemoteAnswer.Unauthorized? WhyDenied(int status, RemoteError? error, string host) => status == 401 && RemoteWords.Speak(error?.Words, "global api key", "global key")
        ? new(
            TenantPlatformReasons.WrongKeyKind,
            $"mindzieStudio at {host} takes only a global key for this, and the Secret that credentialsSecretRef names holds that of one tenant. Make a global key in its site under /admin/global-api-keys, "
            + "or set spec.mindzie.keyKind: Tenant to manage the people of that tenant only.")
        : null;

    private static string? TextOf(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    [GeneratedRegex("^(?<code>[A-Z][A-Z_]{3,63}): ", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex LeadingCode();
}
