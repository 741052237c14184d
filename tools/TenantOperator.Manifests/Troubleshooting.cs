using TenantOperator.Api.V1Alpha1;

namespace TenantOperator.Manifests;

/// <summary>The page to look a reason up on, made of the table of remedies.</summary>
internal static class Troubleshooting
{
    private const string Conditions = """
        kubectl get tenant acme --namespace contoso --output jsonpath='{range .status.conditions[*]}{.type}{"\t"}{.status}{"\t"}{.reason}{"\t"}{.message}{"\n"}{end}'
        """;

    private const string Events = "kubectl events --for tenant/acme --namespace contoso";

    public static GeneratedFile Generate()
    {
        var page = new MarkdownPage("Troubleshooting")
            .Paragraph("`STATUS` in a table is the reason of the condition `Ready`. Its message names the object, the problem and what to do next:")
            .Block("sh", "kubectl get tenant acme --namespace contoso --output wide")
            .Paragraph("All conditions, and what happened of late:")
            .Block("sh", Conditions)
            .Block("sh", Events)
            .Paragraph("`Stalled` is there, and True, when a person must act. Whatever else is not Ready goes on by itself once what it waits for is there.")
            .Paragraph("Below, each reason about which something is to be done, under its kind. Words in capitals stand for names. `kubectl tenant` is the plug-in of the operator for kubectl. What the reasons of good states mean stands on the pages of [the kinds](kinds/README.md).")
            .Paragraph("An object whose `STATUS` stays `Pending` is seen by no operator: none runs, none has the lease, or none serves this account (`watchNamespaces`, `controllerClass`).");
        foreach (var words in ReasonWords.All)
        {
            page.Chapter(words.Kind).Table("Reason", "Why", "What to do");
            foreach (var reason in Remedies.ReasonsWithRemedy(words.Kind).Order(StringComparer.Ordinal))
            {
                var remedy = Remedies.For(words.Kind, reason)!; // It is one of those that have one.
                var command = remedy.Command is null ? "" : $"<br>`{remedy.Command.Replace("|", "\\|", StringComparison.Ordinal)}`";
                page.Row($"`{reason}`", MarkdownPage.Cell(remedy.Cause), MarkdownPage.Cell(remedy.Action) + command);
            }
        }

        return new GeneratedFile("docs/troubleshooting.md", page.ToString());
    }
}
