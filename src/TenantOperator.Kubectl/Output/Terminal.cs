namespace TenantOperator.Kubectl.Output;

/// <summary>A text and its colour. Whatever it holds, a terminal obeys nothing in it.</summary>
internal readonly record struct Span(string? Text, Colour Colour = Colour.None)
{
    public string Clean => Words.Clean(Text);

    public static implicit operator Span(string? text) => new(text);
}

/// <summary>Where a command writes and reads. Every text for a person goes through <see cref="Span"/>.</summary>
internal sealed class Terminal(TextWriter output, TextWriter error, TextReader input, bool colours)
{
    public static Terminal OfProcess() => new(
        Console.Out,
        Console.Error,
        Console.In,
        Colours.AreWanted(Console.IsOutputRedirected, Environment.GetEnvironmentVariable("NO_COLOR"), Environment.GetEnvironmentVariable("TERM")));

    /// <summary>For texts that are all our own, such as help.</summary>
    public TextWriter Output => output;

    /// <summary>Writes a line for a person.</summary>
    public void Line(params ReadOnlySpan<Span> spans)
    {
        foreach (var span in spans)
        {
            output.Write(colours ? Colours.Apply(span.Colour, span.Clean) : span.Clean);
        }

        output.WriteLine();
    }

    /// <summary>Writes a document for a program, or a script, as it is.</summary>
    public void Document(string text) => output.Write(text.EndsWith('\n') ? text : text + "\n");

    /// <summary>Says something beside the output.</summary>
    public void Note(string text) => error.WriteLine(Words.Clean(text));

    /// <summary>Asks for a line; null if there is nobody to answer.</summary>
    public string? Ask(string question)
    {
        error.Write(Words.Clean(question) + " ");
        return input.ReadLine()?.Trim();
    }

    public string? ReadAll() => input.ReadToEnd();
}
