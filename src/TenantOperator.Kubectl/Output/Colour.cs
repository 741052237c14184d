namespace TenantOperator.Kubectl.Output;

/// <summary>What a colour is to say.</summary>
internal enum Colour
{
    None,
    Good,
    Waiting,
    Bad,
    Strong,
    Faint,
}

/// <summary>When there are colours, and which.</summary>
internal static class Colours
{
    /// <summary>Only on a terminal that can, and never against the wish of its user.</summary>
    public static bool AreWanted(bool isRedirected, string? noColor, string? term) => !isRedirected && string.IsNullOrEmpty(noColor) && term is not (null or "" or "dumb");

    public static string Apply(Colour colour, string text) => colour switch
    {
        Colour.Good => $"\e[32m{text}\e[0m",
        Colour.Waiting => $"\e[33m{text}\e[0m",
        Colour.Bad => $"\e[31m{text}\e[0m",
        Colour.Strong => $"\e[1m{text}\e[0m",
        Colour.Faint => $"\e[2m{text}\e[0m",
        _ => text,
    };

    /// <summary>The colour of a condition's status: what holds is good, what is unknown waits.</summary>
    public static Colour OfStatus(string? status) => status switch
    {
        "True" => Colour.Good,
        "False" => Colour.Bad,
        _ => Colour.Waiting,
    };
}
