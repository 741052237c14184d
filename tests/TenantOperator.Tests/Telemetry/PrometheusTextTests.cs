using System.Diagnostics.Metrics;
using TenantOperator.Telemetry;

namespace TenantOperator.Tests.Telemetry;

public sealed class PrometheusTextTests : IDisposable
{
    private readonly Meter _meter = new("PrometheusTextTests." + Guid.NewGuid());
    private readonly PrometheusText _text;

    public PrometheusTextTests() => _text = new PrometheusText(name => name == _meter.Name);

    public void Dispose()
    {
        _text.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public void A_counter_sums_by_labels_and_is_named_total()
    {
        var counter = _meter.CreateCounter<long>("some.requests", description: "What\nit is.");
        counter.Add(1, new("verb", "get"), new("code", 200));
        counter.Add(2, new("code", 200), new KeyValuePair<string, object?>("verb", "get"));
        counter.Add(1, new KeyValuePair<string, object?>("verb", "a\"b\\c\nd"));

        _text.Render().ToString().Should().Be(
            """
            # HELP some_requests_total What\nit is.
            # TYPE some_requests_total counter
            some_requests_total{code="200",verb="get"} 3
            some_requests_total{verb="a\"b\\c\nd"} 1

            """);
    }

    [Fact]
    public void A_histogram_has_cumulative_buckets_sum_and_count()
    {
        var histogram = _meter.CreateHistogram<double>("some.duration", unit: "s");
        foreach (var value in (double[])[0.002, 0.002, 3, 1000])
        {
            histogram.Record(value, new KeyValuePair<string, object?>("c", "x"));
        }

        _text.Render().ToString().Split('\n').Should().Contain(
            [
                "# TYPE some_duration_seconds histogram",
                "some_duration_seconds_bucket{c=\"x\",le=\"0.001\"} 0",
                "some_duration_seconds_bucket{c=\"x\",le=\"0.0025\"} 2",
                "some_duration_seconds_bucket{c=\"x\",le=\"120\"} 3",
                "some_duration_seconds_bucket{c=\"x\",le=\"+Inf\"} 4",
                "some_duration_seconds_sum{c=\"x\"} 1003.004",
                "some_duration_seconds_count{c=\"x\"} 4",
            ]);
    }

    [Fact]
    public void What_an_observable_gauge_no_longer_reports_vanishes_at_once()
    {
        var users = new Dictionary<string, int> { ["acme"] = 3, ["globex"] = 4 };
        _meter.CreateObservableGauge("some.users", () => users.Select(pair => new Measurement<int>(pair.Value, new KeyValuePair<string, object?>("of", pair.Key))));
        _text.Render().ToString().Should().Contain("some_users{of=\"acme\"} 3").And.Contain("some_users{of=\"globex\"} 4");

        users.Remove("acme");

        _text.Render().ToString().Should().NotContain("acme").And.Contain("some_users{of=\"globex\"} 4");
    }

    [Fact]
    public void A_gauge_shows_its_last_value_and_an_up_down_counter_its_sum()
    {
        _meter.CreateGauge<int>("some.level").Record(5);
        var open = _meter.CreateUpDownCounter<int>("some.open");
        open.Add(3);
        open.Add(-1);

        _text.Render().ToString().Should().Contain("some_level 5\n").And.Contain("some_open 2\n").And.Contain("# TYPE some_open gauge");
    }
}
