using System.Net;
using System.Text.Json.Nodes;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Tests.Promises.Escapes;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Promises;

/// <summary>References never leave the namespace, and the operator lends nobody its rights.</summary>
public sealed class NobodyReachesAnotherAccount(OperatorClusterWithRoles cluster, ITestOutputHelper output) : IClassFixture<OperatorClusterWithRoles>
{
    [Fact]
    public async Task No_reference_name_or_annotation_of_one_account_changes_anything_of_another()
    {
        await using var accounts = await TwoAccounts.OpenAsync(cluster);
        var before = await accounts.SnapshotAsync();
        var (number, made) = (0, 0);
        var escapes = new List<string>();
        var surprises = new List<string>();

        foreach (var (way, attempts) in Attempts.All)
        {
            foreach (var attempt in attempts)
            {
                var words = new Dictionary<string, string>(accounts.Words, StringComparer.Ordinal) { ["name"] = $"t{number++:000}" };
                try
                {
                    await MakeAsync(accounts, attempt, words);
                    made++;
                }
                catch (Exception error) when (error is UnexpectedException or TimeoutException)
                {
                    surprises.Add($"{attempt}: {error.Message}");
                }
            }

            before = await CompareAsync(accounts, before, "by " + way, escapes);
        }

        // What an attempt set off may still be under way.
        await accounts.UntilQuietAsync();
        await CompareAsync(accounts, before, "later on", escapes);

        output.WriteLine($"{number} attempts, {made} of them made and ended as they must, {escapes.Count} escapes");
        escapes.Should().BeEmpty();
        surprises.Should().BeEmpty();
        made.Should().Be(number).And.BeGreaterThan(100);
        Attempts.All.SelectMany(way => way.Attempts).Select(attempt => attempt.ToString()).Should().OnlyHaveUniqueItems();
        accounts.Operator.Log.Lines.Should().NotContain(line => line.Contains("A handler of changes", StringComparison.Ordinal) || line.StartsWith("Critical", StringComparison.Ordinal));
    }

    private static async Task MakeAsync(TwoAccounts accounts, Attempt attempt, Dictionary<string, string> words)
    {
        var person = accounts.NameOf(attempt.Hat);
        foreach (var (index, step) in attempt.Steps.Index())
        {
            var path = accounts.PathOf(Attempts.Fill(step.Path, words));
            if (step.Method is null)
            {
                await accounts.UntilSaidAsync(path, CommonConditions.Ready, step.Body);
                continue;
            }

            var body = step.Body.Length == 0 ? null : Dressed(JsonNode.Parse(Attempts.Fill(step.Body, words))!.AsObject(), step, path);
            var (code, answer) = await accounts.Rest.AskAsync(person, step.Method, path, body);
            var refusal = attempt.End is End.Refused refused && index == attempt.Steps.Count - 1 ? refused.Words : null;
            if (refusal is null ? code is not (HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.Accepted)
                : code is not (HttpStatusCode.Forbidden or HttpStatusCode.UnprocessableEntity) || (string?)answer["message"] is not { } message || !message.Contains(refusal, StringComparison.Ordinal))
            {
                throw new UnexpectedException($"{step.Method} {path} was answered with {code}: {answer["message"]}");
            }
        }

        switch (attempt.End)
        {
            case End.Said said:
                await accounts.UntilSaidAsync(Attempts.Fill(said.Path, words), said.Type, said.Reason);
                break;
            case End.Gone gone:
                await Until.TrueAsync(async () => await accounts.Rest.FindAsync(accounts.PathOf(Attempts.Fill(gone.Path, words))) is null, $"{gone.Path} is gone");
                break;
        }
    }

    private static JsonObject Dressed(JsonObject body, Step step, string path)
    {
        if (step.Method == HttpMethod.Post)
        {
            var resource = path[(path.LastIndexOf('/') + 1)..];
            body["apiVersion"] = resource == "rolebindings" ? "rbac.authorization.k8s.io/v1" : ApiGroup.ApiVersion;
            body["kind"] = resource == "rolebindings" ? "RoleBinding" : TwoAccounts.KindOf(resource);
        }

        return body;
    }

    private static async Task<SortedDictionary<string, string>> CompareAsync(TwoAccounts accounts, SortedDictionary<string, string> before, string how, List<string> escapes)
    {
        var now = await accounts.SnapshotAsync();
        escapes.AddRange(before.Keys.Union(now.Keys, StringComparer.Ordinal)
            .Where(key => before.GetValueOrDefault(key) != now.GetValueOrDefault(key))
            .Select(key => $"{how}: {key} was {before.GetValueOrDefault(key) ?? "none"} and is {now.GetValueOrDefault(key) ?? "none"}"));
        return now;
    }

    private sealed class UnexpectedException(string message) : Exception(message);
}
