using System.Globalization;

namespace TenantOperator.Bench;

/// <summary>What is collected, a number for each time it was measured.</summary>
internal enum Measure
{
    SmallRequests,
    Requests,
    TimeRatio,
    CpuRatio,
    Passes,
    OneTenant,
    OneTenantFloor,
    QuietRequests,
    Repair,
    Restart,
    BareList,
    RestartWrites,
    RestartGets,
    Idle,
    Peak,
    RestartIdle,
    RestartPeak,
}

/// <summary>Collects numbers and prints medians beside their budgets.</summary>
internal sealed class Report(TextWriter output, BenchOptions options)
{
    private readonly Dictionary<Measure, List<double>> numbers = [];
    private readonly List<string> notes = [];

    public void Add(Measure measure, double value)
    {
        if (!numbers.TryGetValue(measure, out var values))
        {
            numbers[measure] = values = [];
        }

        values.Add(value);
    }

    /// <summary>A line for below the table.</summary>
    public void Note(string line) => notes.Add(line);

    public static double Median(IReadOnlyList<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
    }

    /// <summary>Requests by verb and resource, each divided by a number of tenants.</summary>
    public static string Breakdown(IReadOnlyList<AuditEntry> requests, int tenants)
    {
        var groups = requests
            .GroupBy(request => $"{request.Verb} {request.Resource}{(request.Code is >= 200 and < 300 ? "" : $" ({request.Code})")}", StringComparer.Ordinal)
            .OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => $"{group.Key} {(tenants == 1 ? group.Count().ToString(CultureInfo.InvariantCulture) : ((double)group.Count() / tenants).ToString("0.###", CultureInfo.InvariantCulture))}");
        return requests.Count == 0 ? "none" : string.Join(", ", groups);
    }

    public async Task PrintAsync()
    {
        await output.WriteLineAsync();
        await output.WriteLineAsync($"{"",-72} {"median",8} {"range",17} {"budget",8}");
        foreach (var (name, values, budget) in Rows())
        {
            if (values.Count > 0)
            {
                var median = Median(values);
                var verdict = budget is null ? "" : median <= budget ? "ok" : "MISSED";
                await output.WriteLineAsync($"{name,-72} {Text(median),8} {Text(values.Min()) + " – " + Text(values.Max()),17} {(budget is { } limit ? Text(limit) : ""),8} {verdict}");
            }
        }

        await output.WriteLineAsync();
        foreach (var note in notes)
        {
            await output.WriteLineAsync(note);
        }
    }

    // The budgets are those of docs/design/0004-budgets.md.
    private IEnumerable<(string Name, IReadOnlyList<double> Values, double? Budget)> Rows()
    {
        var n = options.Tenants;
        yield return ($"requests per tenant ÷ minimum of writes, {BenchOptions.SmallBurst} at once", Of(Measure.SmallRequests), 1.02);
        yield return ($"requests per tenant ÷ minimum of writes, {n} at once", Of(Measure.Requests), 1.02);
        yield return ($"time until {n} tenants are Ready ÷ best bare writer", Of(Measure.TimeRatio), 1.5);
        yield return ("CPU per tenant ÷ that bare writer's", Of(Measure.CpuRatio), 1.5);
        yield return ("  passes per tenant in that burst", Of(Measure.Passes), null);
        yield return ($"create → Ready of one tenant, {n} standing ÷ the writes one after another", Ratio(Measure.OneTenant, Measure.OneTenantFloor), 1.5);
        yield return ("  create → Ready of one tenant, ms", Of(Measure.OneTenant), null);
        yield return ("  the writes one after another, ms", Of(Measure.OneTenantFloor), null);
        yield return ($"restart until {n} tenants are looked at ÷ bare list and decode", Ratio(Measure.Restart, Measure.BareList), 1.5);
        yield return ("  restart, ms", Of(Measure.Restart), null);
        yield return ("  bare list and decode, ms", Of(Measure.BareList), null);
        yield return ("  writes after a restart", Of(Measure.RestartWrites), 0);
        yield return ("  GETs after a restart", Of(Measure.RestartGets), 0);
        yield return ($"requests in {options.Quiet.TotalSeconds} quiet seconds, besides the lease", Of(Measure.QuietRequests), 0);
        yield return ("a child deleted by hand is back after, ms", Of(Measure.Repair), 100);
        yield return ($"resident with {n} tenants, idle, MiB", Of(Measure.Idle), 160);
        yield return ($"resident with {n} tenants, peak, MiB", Of(Measure.Peak), 240);
        yield return ("  after a restart, idle, MiB", Of(Measure.RestartIdle), 160);
        yield return ("  after a restart, peak, MiB", Of(Measure.RestartPeak), 240);
    }

    private IReadOnlyList<double> Of(Measure measure) => numbers.GetValueOrDefault(measure, []);

    // Pairs of one repeat would compare noise; the median of the floor is what all are held against.
    private IReadOnlyList<double> Ratio(Measure above, Measure below) =>
        Of(below).Count == 0 ? [] : [.. Of(above).Select(value => value / Median(Of(below)))];

    private static string Text(double value) => value.ToString(value >= 100 ? "0" : value >= 10 ? "0.0" : "0.00", CultureInfo.InvariantCulture);
}
