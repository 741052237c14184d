namespace TenantOperator.Kubectl.Output;

/// <summary>A table as kubectl prints it: headings in capitals, three spaces between columns, no lines.</summary>
internal sealed class Table(params IReadOnlyList<string> headings)
{
    private readonly List<IReadOnlyList<Span>> rows = [];

    public int Count => rows.Count;

    public void Add(params IReadOnlyList<Span> cells) => rows.Add(cells);

    /// <summary>The lines, each as the spans of its cells and what is between them.</summary>
    public IEnumerable<Span[]> Lines(string indent = "")
    {
        var all = rows.Prepend([.. headings.Select(heading => new Span(heading))]).ToList();
        var widths = headings.Select((_, column) => all.Max(row => row[column].Clean.Length)).ToList();
        foreach (var row in all)
        {
            var last = row.Count - 1;
            while (last > 0 && row[last].Clean.Length == 0)
            {
                last--;
            }

            var line = new List<Span>();
            for (var column = 0; column <= last; column++)
            {
                var cell = row[column].Clean;
                line.Add(column == 0 ? indent : "   ");
                line.Add(row[column]);
                if (column < last)
                {
                    line.Add(new string(' ', widths[column] - cell.Length));
                }
            }

            yield return [.. line];
        }
    }

    public void WriteTo(Terminal terminal, string indent = "")
    {
        foreach (var line in Lines(indent))
        {
            terminal.Line(line);
        }
    }
}
