using System.CommandLine;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace TenantOperator.Emulators;

/// <summary>Starts an emulator from the command line. Each switch of its options is an option of the command: <c>MostPurchases</c> is <c>--most-purchases</c>.</summary>
internal static partial class ByHand
{
    public static Command Command<TOptions>(string name, string description, Func<TOptions, Task<(Emulator, string)>> start)
        where TOptions : EmulatorOptions, new()
    {
        var command = new Command(name, description);
        var options = new List<(PropertyInfo Property, Option<string?> Option)>();
        foreach (var property in typeof(TOptions).GetProperties().Where(property => property.CanWrite && IsSimple(property.PropertyType)))
        {
            var option = new Option<string?>("--" + Words().Replace(property.Name, "-${capital}").TrimStart('-').ToLowerInvariant())
            {
                Description = Values(property.PropertyType) + " (" + property.GetValue(new TOptions()) + " without)",
            };
            options.Add((property, option));
            command.Add(option);
        }

        var faults = new Option<string[]>("--fault")
        {
            Description = "What goes wrong with the next request of a call: \"POST /admin/tenants=TimeOutAfterCommit\", or a status instead of the name. Repeatable. "
                + string.Join('|', PlatformFault.Named.Keys),
        };
        command.Add(faults);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var chosen = new TOptions { Observer = request => Console.WriteLine($"{request.At:HH:mm:ss.fff} {request}") };
            foreach (var (property, option) in options)
            {
                if (parsed.GetValue(option) is { } text)
                {
                    property.SetValue(chosen, Parse(property.PropertyType, text));
                }
            }

            var (emulator, told) = await start(chosen);
            await using (emulator)
            {
                foreach (var fault in parsed.GetValue(faults) ?? [])
                {
                    var split = fault.LastIndexOf('=');
                    emulator.On(fault[..Math.Max(split, 0)], PlatformFault.Parse(fault[(split + 1)..]));
                }

                Console.WriteLine($"address   {emulator.Address}\n{told}");
                try
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
                }
                catch (OperationCanceledException)
                {
                    // Asked to stop.
                }
            }
        });
        return command;
    }

    private static bool IsSimple(Type type) =>
        type.IsEnum || type == typeof(string) || type == typeof(int) || type == typeof(double) || type == typeof(bool) || type == typeof(TimeSpan);

    private static string Values(Type type) => type switch
    {
        { IsEnum: true } => string.Join('|', Enum.GetNames(type)),
        _ when type == typeof(bool) => "True|False",
        _ when type == typeof(TimeSpan) => "seconds",
        _ when type == typeof(string) => "text",
        _ => "number",
    };

    private static object Parse(Type type, string text) => type switch
    {
        { IsEnum: true } => Enum.Parse(type, text, ignoreCase: true),
        _ when type == typeof(TimeSpan) => TimeSpan.FromSeconds(double.Parse(text)),
        _ => Convert.ChangeType(text, type, CultureInfo.InvariantCulture),
    };

    [GeneratedRegex("(?<capital>[A-Z])", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Words();
}
