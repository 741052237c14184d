using System.Reflection;

namespace TenantOperator.Runtime.Tests;

public sealed class ArchitectureTests
{
    private static readonly Assembly Runtime = typeof(KubernetesApi).Assembly;

    [Fact]
    public void The_runtime_references_nothing_of_ours()
    {
        var ours = Runtime.GetReferencedAssemblies().Select(name => name.Name!).Where(name => name.Contains("tenant", StringComparison.OrdinalIgnoreCase));

        ours.Should().BeEmpty();
        Runtime.GetReferencedAssemblies().Select(name => name.Name).Should().Contain("KubernetesClient", "else this test looks at the wrong thing");
    }

    [Fact]
    public void The_runtime_has_never_heard_of_a_tenant()
    {
        const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        var names = Runtime.GetTypes().SelectMany(type => type.GetMembers(All).Select(member => member.Name).Append(type.Name));

        names.Should().NotContain(name => name.Contains("tenant", StringComparison.OrdinalIgnoreCase));
    }
}
