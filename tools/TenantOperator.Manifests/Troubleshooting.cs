namespace TenantOperator.Manifests;

/// <summary>The page to look a reason up on, made of the constants.</summary>
internal static class Troubleshooting
{
    private const string Conditions = """
        kubectl get tenant acme --namespace contoso --output jsonpath='{range .status.conditions[*]}{.type}{"\t"}{.status}{"\t"}{.reason}{"\t"}{.message}{"\n"}{end}'
        """;

    private const string Events = "kubectl events --for tenant/acme --namespace contoso";

    public static GeneratedFile Generate(XmlDocumentation documentation)
    {
        var page = new MarkdownPage("Troubleshooting")
            .Paragraph("`STATUS` in a table is the reason of the condition `Ready`. Its message names the object, the problem and what to do next:")
            .Block("sh", "kubectl get tenant acme --namespace contoso --output wide")
            .Paragraph("All conditions, and what happened of late:")
            .Block("sh", Conditions)
            .Block("sh", Events)
            .Paragraph("`Stalled` is there, and True, when a person must act. Whatever else is not Ready goes on by itself once what it waits for is there.")
            .Paragraph("An object whose `STATUS` stays `Pending` is seen by no operator: none runs, none has the lease, or none serves this account (`watchNamespaces`, `controllerClass`).");
        foreach (var words in ReasonWords.All)
        {
            page.Chapter(words.Kind).Table("Reason", "Meaning");
            foreach (var reason in ReasonWords.ConstantsOf(words.Reasons))
            {
                page.Row($"`{reason.Name}`", MarkdownPage.Cell(documentation.Of(reason)));
            }
        }

        return new GeneratedFile("docs/troubleshooting.md", page.ToString());
    }
}
