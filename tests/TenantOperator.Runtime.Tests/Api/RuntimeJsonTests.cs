using System.Text.Json;
using k8s.Models;

namespace TenantOperator.Runtime.Tests.Api;

public sealed class RuntimeJsonTests
{
    [Fact]
    public void What_kubectl_and_the_server_keep_for_themselves_is_not_read()
    {
        var metadata = Read("""{"name":"a","managedFields":[{"manager":"x"}],"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{}","theirs":"1"}}""");

        metadata.ManagedFields.Should().BeNull();
        metadata.Annotations.Should().Equal(new Dictionary<string, string>(StringComparer.Ordinal) { ["theirs"] = "1" });
        Read("""{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{}"}}""").Annotations.Should().BeNull();
        Read("""{"annotations":null,"finalizers":null}""").Annotations.Should().BeNull();
    }

    [Fact]
    public void Finalizers_are_kept_once_for_all()
    {
        var first = Read("""{"finalizers":["example.com/a","example.com/b"]}""").Finalizers;
        var second = Read("""{"finalizers":["example.com/a","example.com/b"]}""").Finalizers;

        first.Should().Equal("example.com/a", "example.com/b").And.BeSameAs(second);
        Read("""{"finalizers":["example.com/b"]}""").Finalizers.Should().Equal("example.com/b");
    }

    [Fact]
    public void What_is_sent_is_complete()
    {
        var metadata = new V1ObjectMeta { Finalizers = ["example.com/a"], Annotations = new Dictionary<string, string>(StringComparer.Ordinal) { ["theirs"] = "1" } };

        JsonSerializer.Serialize(metadata, RuntimeJson.Options).Should().Contain("\"finalizers\":[\"example.com/a\"]").And.Contain("\"annotations\":{\"theirs\":\"1\"}");
    }

    private static V1ObjectMeta Read(string json) => JsonSerializer.Deserialize<V1ObjectMeta>(json, RuntimeJson.Options)!;
}
