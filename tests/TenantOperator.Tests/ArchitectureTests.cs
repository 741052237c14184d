using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms;
using TenantOperator.Platforms.Cluster;
using TenantOperator.Runtime;
using TenantOperator.Tenants;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests;

public sealed class ArchitectureTests
{
    [Theory]
    [InlineData("src/TenantOperator.Api", "")]
    [InlineData("src/TenantOperator.Runtime", "")]
    [InlineData("src/TenantOperator.Platforms", "TenantOperator.Api TenantOperator.Runtime")]
    [InlineData("src/TenantOperator", "TenantOperator.Api TenantOperator.Platforms TenantOperator.Runtime")]
    [InlineData("src/TenantOperator.Kubectl", "TenantOperator.Api TenantOperator.Platforms TenantOperator.Runtime")]
    [InlineData("tools/TenantOperator.Manifests", "TenantOperator.Api")]
    [InlineData("tools/control-plane", "")]
    public void A_project_references_only_what_it_may(string folder, string allowed)
    {
        var project = Directory.GetFiles(Path.Combine(Repository.Root, folder), "*.csproj").Single();

        var references = XDocument.Load(project).Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(((string)reference.Attribute("Include")!).Replace('\\', '/')));

        string.Join(' ', references.Order(StringComparer.Ordinal)).Should().Be(allowed);
    }

    [Fact]
    public void The_runtime_has_never_heard_of_a_tenant_nor_the_api_of_anything_of_ours()
    {
        OursIn(typeof(KubernetesApi).Assembly).Should().BeEmpty();
        OursIn(typeof(Tenant).Assembly).Should().BeEmpty();
        OursIn(typeof(ITenantPlatform).Assembly).Should().BeEquivalentTo("TenantOperator.Api", "TenantOperator.Runtime");
        var files = Directory.GetFiles(Path.Combine(Repository.Root, "src", "TenantOperator.Runtime"), "*.cs", SearchOption.AllDirectories).Where(file => !file.Contains("/obj/"));
        files.Where(file => File.ReadLines(file).Any(line => line.Replace("TenantOperator", "").Contains("tenant", StringComparison.OrdinalIgnoreCase))).Should().BeEmpty();
    }

    [Theory]
    [InlineData(typeof(TenantController))]
    [InlineData(typeof(global::TenantOperator.Packages.PackageClaims))]
    [InlineData(typeof(global::TenantOperator.Packages.PackageLedger))]
    [InlineData(typeof(global::TenantOperator.PlatformObjects.PlatformDirectory))]
    [InlineData(typeof(global::TenantOperator.Users.TenantUserController))]
    [InlineData(typeof(global::TenantOperator.Templates.TenantTemplateController))]
    [InlineData(typeof(global::TenantOperator.Packages.TenantPackageController))]
    public void Controllers_know_platforms_by_their_contract_only(Type type)
    {
        const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        var used = type.GetFields(All).Select(field => field.FieldType)
            .Concat(type.GetMethods(All).SelectMany(method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType)))
            .Concat(type.GetConstructors(All).SelectMany(constructor => constructor.GetParameters().Select(parameter => parameter.ParameterType)));

        used.Should().NotContain(each => each.Namespace == typeof(ClusterTenantPlatform).Namespace || each.GetGenericArguments().Any(argument => argument.Namespace == typeof(ClusterTenantPlatform).Namespace));
    }

    [Theory]
    [InlineData(typeof(TenantConditions))]
    [InlineData(typeof(TenantUserConditions))]
    [InlineData(typeof(TenantPackageConditions))]
    [InlineData(typeof(TenantPlatformConditions))]
    [InlineData(typeof(TenantTemplateConditions))]
    [InlineData(typeof(TenantReasons))]
    [InlineData(typeof(TenantUserReasons))]
    [InlineData(typeof(TenantPackageReasons))]
    [InlineData(typeof(TenantPlatformReasons))]
    [InlineData(typeof(TenantTemplateReasons))]
    public void Every_reason_that_is_documented_is_given_somewhere(Type reasons)
    {
        // The table of remedies and the plug-in, which reads them, give none.
        var given = Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/") && !file.EndsWith("Remedies.cs", StringComparison.Ordinal) && !file.Contains("/TenantOperator.Kubectl/"))
            .SelectMany(file => Regex.Matches(File.ReadAllText(file), @"(Reasons|Conditions)\.\w+", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)).Select(match => match.Value.Split('.')[1]).ToHashSet(StringComparer.Ordinal);

        // Some are given by a class for several kinds.
        reasons.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => field.Name).Except(given).Should().BeEmpty();
    }

    private static IEnumerable<string> OursIn(Assembly assembly) => assembly.GetReferencedAssemblies().Select(name => name.Name!).Where(name => name.StartsWith("TenantOperator", StringComparison.Ordinal) || name.StartsWith("tenant-", StringComparison.Ordinal));
}
