using k8s.Models;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Prometheus;
using TenantOperator.Platforms.Tests.Cluster;
using TenantOperator.Runtime;

namespace TenantOperator.Platforms.Tests.Prometheus;

public sealed class UsageReadingsTests
{
    private const string Namespace = "contoso-acme";
    private static readonly ObjectKey Platform = new("contoso", "default");
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly UsageReadings readings = new();

    [Fact]
    public void Numbers_join_what_the_quota_counts()
    {
        readings.Set(Platform, Namespace, UsageNumber.Credits, 12.9, Noon);
        readings.Set(Platform, Namespace, UsageNumber.Datasets, 1e30, Noon.AddMinutes(1));

        var usage = readings.AddTo(new TenantUsage { StorageBytes = 7 }, Wish())!;

        usage.Should().Be(new TenantUsage { StorageBytes = 7, CreditsUsed = 12, Datasets = long.MaxValue, ObservedAt = Noon.AddMinutes(1) });
        readings.Find(Platform, Namespace, UsageNumber.Credits).Should().Be(12.9);
    }

    [Fact]
    public void Until_the_first_answer_status_stands()
    {
        var status = new TenantUsage { CreditsUsed = 5, Cases = 6, ObservedAt = Noon.AddHours(-3) };

        readings.AddTo(null, Wish(status)).Should().Be(new TenantUsage { CreditsUsed = 5, Cases = 6, ObservedAt = Noon.AddHours(-3) });

        readings.Set(Platform, Namespace, UsageNumber.Cases, null, Noon);
        readings.AddTo(null, Wish(status)).Should().Be(new TenantUsage { CreditsUsed = 5, ObservedAt = Noon }, "Prometheus was asked for cases and has none");
    }

    [Fact]
    public void A_number_without_a_query_is_not_shown()
    {
        readings.Set(Platform, Namespace, UsageNumber.Credits, 12, Noon);

        var usage = readings.AddTo(null, Wish(new TenantUsage { CreditsUsed = 12, Processes = 3 }, new PrometheusQueries { Cases = "c{namespace=$namespace}" }));

        (usage?.CreditsUsed).Should().BeNull();
        (usage?.Processes).Should().BeNull();
    }

    [Fact]
    public void Without_a_Prometheus_nothing_is_added()
    {
        readings.Set(Platform, Namespace, UsageNumber.Credits, 12, Noon);

        readings.AddTo(null, A.Wish(platform: new ClusterPlatform())).Should().BeNull();
        readings.AddTo(null, A.Wish()).Should().BeNull();
        readings.AddTo(null, Wish(null, new PrometheusSource { Url = "https://prom.example.com" })).Should().BeNull();
    }

    [Fact]
    public void Only_another_shown_number_is_a_change()
    {
        readings.Set(Platform, Namespace, UsageNumber.Credits, 12.1, Noon).Should().BeTrue("it is the first");
        readings.Set(Platform, Namespace, UsageNumber.Credits, 12.8, Noon).Should().BeFalse("status shows 12 of both");
        readings.Set(Platform, Namespace, UsageNumber.Credits, 13, Noon).Should().BeTrue();
        readings.Set(Platform, Namespace, UsageNumber.Credits, null, Noon).Should().BeTrue();
        readings.Set(Platform, Namespace, UsageNumber.Credits, null, Noon).Should().BeFalse();
        readings.Set(Platform, Namespace, UsageNumber.Credits, 0, Noon).Should().BeTrue("nothing used is not the same as not known");
        readings.Set(Platform, Namespace, UsageNumber.Cases, null, Noon).Should().BeTrue("it was not known before that there is none");
    }

    [Fact]
    public void Tenants_of_a_platform_are_forgotten_without_those_of_another()
    {
        var other = new ObjectKey("contoso", "other");
        foreach (var (platform, ns) in new[] { (Platform, "a"), (Platform, "b"), (other, "a") })
        {
            readings.Set(platform, ns, UsageNumber.Cases, 1, Noon);
        }

        readings.Keep(Platform, new HashSet<string> { "b" });

        readings.Find(Platform, "a", UsageNumber.Cases).Should().BeNull();
        readings.Find(Platform, "b", UsageNumber.Cases).Should().Be(1);
        readings.Find(other, "a", UsageNumber.Cases).Should().Be(1);
    }

    private static readonly PrometheusQueries All = new()
    {
        Credits = "credits{namespace=$namespace}",
        Cases = "cases{namespace=$namespace}",
        Processes = "p{namespace=$namespace}",
        Datasets = "d{namespace=$namespace}",
    };

    private static TenantWish Wish(TenantUsage? shown = null, PrometheusQueries? queries = null) => Wish(shown, new PrometheusSource { Url = "https://prom.example.com", Queries = queries ?? All });

    private static TenantWish Wish(TenantUsage? shown, PrometheusSource prometheus)
    {
        var wish = A.Wish();
        return wish with
        {
            Tenant = wish.Tenant with { Status = new TenantStatus { Usage = shown } },
            Platform = new TenantPlatform
            {
                Metadata = new V1ObjectMeta { Name = Platform.Name, NamespaceProperty = Platform.Namespace },
                Spec = new TenantPlatformSpec { Cluster = new ClusterPlatform { Prometheus = prometheus } },
            },
        };
    }
}
