using System.Globalization;

namespace TenantOperator.ControlPlane;

/// <summary>Tells what is being done, one line a step: its name when it begins, its result and its duration when it is done.</summary>
public sealed class Steps(TextWriter output)
{
    public async Task RunAsync(string name, Func<Task<string>> step)
    {
        var start = TimeProvider.System.GetTimestamp();
        await output.WriteAsync($"==> {name} ...");
        await output.FlushAsync();
        try
        {
            var result = await step();
            await output.WriteLineAsync($" {(result.Length > 0 ? result + ", " : "")}{Seconds(TimeProvider.System.GetElapsedTime(start))}");
        }
        catch (Exception)
        {
            await output.WriteLineAsync($" failed after {Seconds(TimeProvider.System.GetElapsedTime(start))}");
            throw;
        }
    }

    internal static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s";
}
