using System.Text;

namespace TenantOperator.Runtime.Tests.Telemetry;

public sealed class EventRecorderTests
{
    [Theory]
    [InlineData("abc", 3, "abc")]
    [InlineData("abcd", 3, "abc")]
    [InlineData("aéé", 4, "aé")]
    [InlineData("😀😀", 7, "😀")]
    public void Notes_are_cut_between_characters(string text, int bytes, string expected)
    {
        EventRecorder.Cut(text, bytes).Should().Be(expected);
        Encoding.UTF8.GetByteCount(expected).Should().BeLessThanOrEqualTo(bytes);
    }
}
