using k8s.Models;
using TenantOperator.Kubectl.Output;

namespace TenantOperator.Kubectl.Describing;

/// <summary>The page of one object: its state, why, what to do next, and then the rest. Pure.</summary>
internal static class DescribePage
{
    private const int Width = 100;
    private const int Label = 10;
    private const int MostEvents = 6;

    public static IEnumerable<Span[]> Of(DescribedObject described, IReadOnlyList<Corev1Event> events, DateTimeOffset now)
    {
        var (kind, metadata, diagnosis) = (described.Kind, described.Metadata, described.Diagnosis);
        yield return [kind + " ", new(metadata.Name, Colour.Strong), " in namespace ", new(metadata.NamespaceProperty, Colour.Strong)];
        yield return [];
        yield return
        [
            Name("Ready"), new(diagnosis.Ready.ToString(), Colours.OfStatus(diagnosis.Ready.ToString())), $" ({diagnosis.Reason})",
            described.Since is { } since ? " for " + Words.Age(since, now) : "",
        ];
        if (metadata.DeletionTimestamp is { } deleted)
        {
            yield return [Name("Deleted"), new(Words.Age(deleted, now) + " ago; it stays until the operator has let go of the tenant", Colour.Waiting)];
        }

        foreach (var line in Why(described))
        {
            yield return line;
        }

        foreach (var line in described.Sections.SelectMany(section => section.Lines.Select(line => (Span[])["  ", .. line]).Prepend([new(section.Heading, Colour.Strong)]).Prepend([])))
        {
            yield return line;
        }

        yield return [];
        yield return [new("Events", Colour.Strong)];
        foreach (var line in Recent(events, now))
        {
            yield return ["  ", .. line];
        }
    }

    private static IEnumerable<Span[]> Why(DescribedObject described)
    {
        var diagnosis = described.Diagnosis;
        if (diagnosis.IsStale)
        {
            foreach (var line in Paragraph("Behind", "The operator has not seen the latest change of the spec yet; what follows is about the one before."))
            {
                yield return line;
            }
        }

        if (diagnosis.Problems.Count == 0)
        {
            foreach (var line in Paragraph("Why", diagnosis.Message).Concat(Paragraph("Next", "Nothing is to be done.")))
            {
                yield return line;
            }
        }

        foreach (var problem in diagnosis.Problems)
        {
            var isFirst = ReferenceEquals(problem, diagnosis.Problems[0]);
            var heading = isFirst ? "Why" : "Also";
            if (!isFirst)
            {
                yield return [];
            }

            // The message is of this very object; the cause says what it means where the message is of few words.
            foreach (var line in Paragraph(heading, isFirst ? problem.Cause : $"{problem.Condition}: {problem.Cause}").Concat(Paragraph("", problem.Message == problem.Cause ? "" : problem.Message)).Concat(Paragraph("Next", problem.Action)))
            {
                yield return line;
            }

            if (problem.Command is { } command)
            {
                yield return [Name(""), new(command, Colour.Strong)];
            }

            if (isFirst && described.Behind is { Diagnosis.Problems: [var behind, ..] } other)
            {
                yield return [];
                foreach (var line in Paragraph("Because", $"{other.Kind} \"{other.Metadata.Name}\" says {behind.Reason}: {behind.Message}").Concat(Paragraph("Next", behind.Action)))
                {
                    yield return line;
                }

                if (behind.Command is { } step)
                {
                    yield return [Name(""), new(step, Colour.Strong)];
                }
            }
        }
    }

    private static IEnumerable<Span[]> Recent(IReadOnlyList<Corev1Event> events, DateTimeOffset now)
    {
        if (events.Count == 0)
        {
            return [["none of late"]];
        }

        var table = new Table("AGE", "TYPE", "REASON", "MESSAGE");
        foreach (var each in events.OrderByDescending(TimeOf).Take(MostEvents))
        {
            table.Add(Words.Age(TimeOf(each), now), new Span(each.Type, each.Type == "Warning" ? Colour.Waiting : Colour.None), each.Reason, Words.Cut(each.Message, Width));
        }

        return table.Lines();
    }

    private static DateTime? TimeOf(Corev1Event each) => each.Series?.LastObservedTime ?? each.LastTimestamp ?? each.EventTime ?? each.FirstTimestamp ?? each.Metadata.CreationTimestamp;

    private static IEnumerable<Span[]> Paragraph(string name, string text) => Words.Wrap(text, Width).Select((line, index) => (Span[])[Name(index == 0 ? name : ""), line]);

    private static Span Name(string name) => new(name.PadRight(Label), Colour.Strong);
}
