namespace TenantOperator.Emulators;

/// <summary>Makes the ids of one emulator: never two alike, and the same ones in the same order in each run.</summary>
internal sealed class Identifiers
{
    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private uint _count;

    /// <summary>A prefix and letters and digits.</summary>
    public string Hash(string prefix)
    {
        // Odd, so that the multiplication maps no two numbers to the same.
        var number = unchecked(Interlocked.Increment(ref _count) * 2654435761u);
        var text = new char[6];
        for (var index = 0; index < text.Length; index++, number /= 62)
        {
            text[index] = Digits[(int)(number % 62)];
        }

        return prefix + new string(text);
    }

    /// <summary>A GUID as text, lower case.</summary>
    public string Guid() => new Guid(unchecked(Interlocked.Increment(ref _count) * 2654435761u), 0x5eed, 0x4000, 0x80, 0, 0, 0, 0, 0, 0, 1).ToString();
}
