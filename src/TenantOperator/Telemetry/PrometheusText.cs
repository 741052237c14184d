using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace TenantOperator.Telemetry;

/// <summary>All metrics of the process as Prometheus text (exposition format 0.0.4).</summary>
/// <remarks>
/// Ours, because the exporters keep a series for ever once it has been reported: an object that is gone would keep its numbers. Here an
/// observable instrument is asked when somebody scrapes, and what it does not report then is not there. Counters and histograms are
/// summed from the start of this object.
/// </remarks>
internal sealed class PrometheusText : IDisposable
{
    // Seconds; the spread from one request to a pass that runs into its timeout.
    internal static readonly double[] Bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

    private readonly ConcurrentDictionary<Instrument, ConcurrentDictionary<string, Series>> _instruments = new();
    private readonly MeterListener _listener = new();
    private readonly Lock _rendering = new();

    /// <summary>Starts to listen.</summary>
    /// <param name="meters">Which meters; all if null.</param>
    public PrometheusText(Func<string, bool>? meters = null)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (meters is null || meters(instrument.Meter.Name))
            {
                _instruments.TryAdd(instrument, new(StringComparer.Ordinal));
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.MeasurementsCompleted = (instrument, _) => _instruments.TryRemove(instrument, out var _);
        _listener.SetMeasurementEventCallback<byte>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<short>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<float>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<decimal>((instrument, value, tags, _) => Take(instrument, (double)value, tags));
        _listener.Start();
    }

    /// <summary>Asks the observable instruments and writes everything. With many objects it is megabytes long: to be sent piece by piece.</summary>
    public StringBuilder Render()
    {
        lock (_rendering)
        {
            ForgetObserved();
            try
            {
                _listener.RecordObservableInstruments();
            }
            catch (AggregateException errors) when (errors.InnerExceptions.All(error => error is ObjectDisposedException))
            {
                // Whoever has ended has no numbers any more; all others were read.
            }

            var text = new StringBuilder(4096);
            foreach (var group in _instruments.GroupBy(pair => NameOf(pair.Key), StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal))
            {
                Write(text, group.Key, [.. group]);
            }

            ForgetObserved();
            return text;
        }
    }

    private void ForgetObserved()
    {
        foreach (var series in _instruments.Where(pair => pair.Key.IsObservable).Select(pair => pair.Value))
        {
            series.Clear();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!_instruments.TryGetValue(instrument, out var all))
        {
            return;
        }

        var series = all.GetOrAdd(LabelsOf(tags), static _ => new Series());
        if (IsHistogram(instrument))
        {
            series.Observe(value);
        }
        else if (IsSum(instrument) && !instrument.IsObservable)
        {
            series.Add(value);
        }
        else
        {
            series.Set(value);
        }
    }

    private static void Write(StringBuilder text, string name, IReadOnlyList<KeyValuePair<Instrument, ConcurrentDictionary<string, Series>>> instruments)
    {
        var first = instruments[0].Key;
        var kind = IsHistogram(first) ? "histogram" : IsCounter(first) ? "counter" : "gauge";
        if (!string.IsNullOrEmpty(first.Description))
        {
            text.Append("# HELP ").Append(name).Append(' ').Append(Escape(first.Description, quotes: false)).Append('\n');
        }

        text.Append("# TYPE ").Append(name).Append(' ').Append(kind).Append('\n');
        foreach (var (labels, series) in instruments.SelectMany(pair => pair.Value).OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (kind == "histogram")
            {
                series.WriteBuckets(text, name, labels);
            }
            else
            {
                Line(text, name, labels, series.Value);
            }
        }
    }

    private static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture);

    private static string NameOf(Instrument instrument)
    {
        var name = new StringBuilder();
        foreach (var letter in instrument.Name)
        {
            name.Append(char.IsAsciiLetterOrDigit(letter) ? letter : '_');
        }

        var unit = instrument.Unit switch { "s" => "_seconds", "ms" => "_milliseconds", "By" => "_bytes", _ => "" };
        if (unit.Length > 0 && !name.ToString().EndsWith(unit, StringComparison.Ordinal))
        {
            name.Append(unit);
        }

        return IsCounter(instrument) ? name.Append("_total").ToString() : name.ToString();
    }

    private static string LabelsOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
        {
            return "";
        }

        var labels = new List<string>(tags.Length);
        foreach (var (name, value) in tags)
        {
            labels.Add($"{name.Replace('.', '_')}=\"{Escape(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "", quotes: true)}\"");
        }

        labels.Sort(StringComparer.Ordinal);
        return string.Join(',', labels);
    }

    private static string Escape(string text, bool quotes)
    {
        var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return quotes ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }

    private static bool IsHistogram(Instrument instrument) => Is(instrument, typeof(Histogram<>));

    private static bool IsCounter(Instrument instrument) => Is(instrument, typeof(Counter<>)) || Is(instrument, typeof(ObservableCounter<>));

    private static bool IsSum(Instrument instrument) => Is(instrument, typeof(Counter<>)) || Is(instrument, typeof(UpDownCounter<>));

    private static bool Is(Instrument instrument, Type generic) =>
        instrument.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == generic;

    private sealed class Series
    {
        private readonly Lock _lock = new();
        private long[]? _buckets;
        private long _count;

        public double Value { get; private set; }

        public void Set(double value) => Value = value;

        public void Add(double value)
        {
            lock (_lock)
            {
                Value += value;
            }
        }

        public void Observe(double value)
        {
            lock (_lock)
            {
                _buckets ??= new long[Bounds.Length];
                Value += value;
                _count++;
                var at = Array.FindIndex(Bounds, bound => value <= bound);
                if (at >= 0)
                {
                    _buckets[at]++;
                }
            }
        }

        public void WriteBuckets(StringBuilder text, string name, string labels)
        {
            lock (_lock)
            {
                var separator = labels.Length > 0 ? "," : "";
                long below = 0;
                for (var i = 0; i < Bounds.Length; i++)
                {
                    below += _buckets?[i] ?? 0;
                    Line(text, name + "_bucket", $"{labels}{separator}le=\"{Number(Bounds[i])}\"", below);
                }

                Line(text, name + "_bucket", $"{labels}{separator}le=\"+Inf\"", _count);
                Line(text, name + "_sum", labels, Value);
                Line(text, name + "_count", labels, _count);
            }
        }
    }
}
