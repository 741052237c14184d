using TenantOperator.Api.V1Alpha1;
using TenantOperator.Manifests;
using TenantOperator.Manifests.Crds;

namespace TenantOperator.Api.Tests;

/// <summary>What a person sees through kubectl.</summary>
public sealed class KubectlTests(CrdServer server)
{
    private static readonly string s_samples = Path.Combine(RepositoryRoot.Find(), "config", "samples");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("--server-side=false")]
    [InlineData("--server-side")]
    public async Task Every_sample_is_accepted_and_applying_it_again_changes_nothing(string how)
    {
        var account = await server.CreateNamespaceAsync("samples", Stop);
        var manifests = SamplesIn(account);

        await ApplyAsync(how, manifests);

        // Until the operator has written a status, the first server-side apply of an object that exists stores the one the server fills in.
        await ApplyAsync(how, manifests);
        var first = await VersionsAsync(account);
        await ApplyAsync(how, manifests);

        first.Should().HaveCountGreaterThan(10);
        (await VersionsAsync(account)).Should().Equal(first);
    }

    [Fact]
    public void The_samples_show_every_kind_that_people_write()
    {
        var kinds = Directory.EnumerateFiles(s_samples).SelectMany(file => YamlJson.ReadAll(File.ReadAllText(file))).Select(manifest => (string)manifest["kind"]!);

        kinds.Distinct().Should().BeEquivalentTo([.. Kinds.All.Select(kind => kind.Name).Except([PackageAllocation.KubeKind]), "Namespace"]);
    }

    [Fact]
    public async Task A_tenant_is_five_lines_of_YAML()
    {
        const string Manifest = """
            apiVersion: tenantoperator.io/v1alpha1
            kind: Tenant
            metadata:
              name: five-lines
            spec: {}
            """;

        (await KubectlAsync(["create", "-n", server.Namespace, "-f", "-"], Manifest)).Should().Contain("tenant.tenantoperator.io/five-lines created");
    }

    [Theory]
    [InlineData("tenplat")]
    [InlineData("tenpkg")]
    [InlineData("tentpl")]
    [InlineData("ten")]
    [InlineData("tenusr")]
    public async Task An_object_nobody_has_looked_at_says_so(string shortName)
    {
        var account = await server.CreateNamespaceAsync("fresh", Stop);
        await ApplyAsync("--server-side", SamplesIn(account));

        var reasons = await KubectlAsync(["get", shortName, "-n", account, "-o", "jsonpath={.items[*].status.conditions[?(@.type==\"Ready\")].reason}"], null);

        reasons.Split(' ').Should().NotBeEmpty().And.OnlyContain(reason => reason == CommonReasons.Pending);
    }

    [Fact]
    public async Task Get_tenants_reads_like_a_product()
    {
        var account = await server.CreateNamespaceAsync("columns", Stop);
        await KubectlAsync(["create", "-n", account, "-f", "-"], """
            apiVersion: tenantoperator.io/v1alpha1
            kind: Tenant
            metadata: {name: acme}
            spec: {}
            """);
        await KubectlAsync(["patch", "-n", account, "tenant/acme", "--subresource=status", "--type=merge", "-p", """
            {"status": {"observedGeneration": 1, "phase": "Active", "externalId": "0b6f", "platform": {"name": "default", "type": "cluster"},
             "template": {"name": "standard"}, "effective": {"package": "professional", "cluster": {"namespace": "columns-acme"}},
             "users": {"summary": "8/8"}, "usage": {"highest": "42%"},
             "conditions": [{"type": "Ready", "status": "True", "reason": "Active", "message": "All is well.", "lastTransitionTime": "2030-01-02T03:04:05Z"}]}}
            """], null);

        var narrow = Lines(await KubectlAsync(["get", "tenants", "-n", account], null));
        narrow[0].Should().Equal("NAME", "READY", "STATUS", "PLATFORM", "PACKAGE", "USERS", "USED", "AGE");
        narrow[1][..^1].Should().Equal("acme", "True", "Active", "cluster", "professional", "8/8", "42%");

        var wide = Lines(await KubectlAsync(["get", "ten", "-n", account, "-o", "wide"], null));
        wide[0].Should().Equal("NAME", "READY", "STATUS", "PLATFORM", "PACKAGE", "USERS", "USED", "EXTERNAL-ID", "NAMESPACE", "TEMPLATE", "PHASE", "MESSAGE", "AGE");
        wide[1].Should().Contain(["0b6f", "columns-acme", "standard", "well."]);

        await KubectlAsync(["wait", "-n", account, "--for=condition=Ready", "--timeout=5s", "tenant/acme"], null);
    }

    [Theory]
    [InlineData("tenplat", "NAME TYPE READY STATUS TENANTS AGE")]
    [InlineData("tenpkg", "NAME TYPE HELD QUANTITY WAITING READY STATUS AGE")]
    [InlineData("tentpl", "NAME READY STATUS PACKAGE USED-BY AGE")]
    [InlineData("tenusr", "NAME TENANT EMAIL ROLE READY STATUS AGE")]
    public async Task Each_kind_has_its_short_name_and_columns(string shortName, string headings)
    {
        var account = await server.CreateNamespaceAsync("short", Stop);
        await ApplyAsync("--server-side", SamplesIn(account));

        Lines(await KubectlAsync(["get", shortName, "-n", account], null))[0].Should().Equal(headings.Split(' '));
    }

    [Fact]
    public async Task All_kinds_are_listed_together_as_tenancy()
    {
        var resources = await KubectlAsync(["api-resources", "--categories=tenancy", "--no-headers", "-o", "name"], null);

        resources.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().BeEquivalentTo(
            "tenantplatforms.tenantoperator.io", "tenantpackages.tenantoperator.io", "tenanttemplates.tenantoperator.io",
            "tenants.tenantoperator.io", "tenantusers.tenantoperator.io", "packageallocations.tenantoperator.io");
    }

    [Theory]
    [InlineData("tenants", "spec.packageRef.name=professional", "acme")]
    [InlineData("tenants", "spec.templateRef.name=standard", "acme")]
    [InlineData("tenants", "spec.platformRef.name=nowhere", "")]
    [InlineData("tenantusers", "spec.tenantRef.name=acme", "acme-jane acme-mei acme-omar")]
    [InlineData("tenantusers", "spec.email=mei.lin@acme.example", "acme-mei")]
    [InlineData("tenantpackages", "spec.type=AddOn", "extra-storage")]
    [InlineData("tenanttemplates", "spec.packageRef.name=professional", "standard")]
    [InlineData("packageallocations", "spec.packageName=professional", "professional-0")]
    [InlineData("packageallocations", "spec.holder.name=acme", "professional-0")]
    public async Task Objects_are_found_by_their_fields(string plural, string selector, string names)
    {
        var account = await server.CreateNamespaceAsync("select", Stop);
        await ApplyAsync("--server-side", SamplesIn(account) + """

            ---
            apiVersion: tenantoperator.io/v1alpha1
            kind: PackageAllocation
            metadata: {name: professional-0}
            spec: {packageName: professional, slot: 0, holder: {name: acme, uid: u}}
            ---
            apiVersion: tenantoperator.io/v1alpha1
            kind: PackageAllocation
            metadata: {name: starter-0}
            spec: {packageName: starter, slot: 0, holder: {name: globex, uid: u}}
            """.Replace("metadata: {", $"metadata: {{namespace: {account}, ", StringComparison.Ordinal));

        var found = await KubectlAsync(["get", plural, "-n", account, "--field-selector", selector, "-o", "jsonpath={.items[*].metadata.name}"], null);

        found.Should().Be(names);
    }

    [Fact]
    public async Task Explain_tells_what_a_field_means()
    {
        var text = string.Join(' ', (await KubectlAsync(["explain", "tenant.spec.deletionPolicy"], null)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

        text.Should().Contain("What deleting this object does to the tenant.").And.Contain("Retain: Everything stays as it is and the operator lets go.");
    }

    private Task<string> ApplyAsync(string how, string manifests) => KubectlAsync(["apply", how, "-f", "-"], manifests);

    private Task<string> KubectlAsync(IReadOnlyList<string> arguments, string? input) => server.Cluster.Kubectl.OutputAsync(arguments, input, Stop);

    private async Task<IReadOnlyList<string>> VersionsAsync(string account) =>
        (await KubectlAsync(["get", "tenancy", "-n", account, "-o", "jsonpath={range .items[*]}{.kind}/{.metadata.name} {.metadata.resourceVersion}{\"\\n\"}{end}"], null))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>All samples but the namespace, put into an account of the test's own.</summary>
    private static string SamplesIn(string account) => string.Join("---\n", Directory.EnumerateFiles(s_samples)
        .Order(StringComparer.Ordinal)
        .SelectMany(file => YamlJson.ReadAll(File.ReadAllText(file)))
        .Where(manifest => (string?)manifest["kind"] != "Namespace")
        .Select(manifest =>
        {
            manifest["metadata"]!["namespace"] = account;
            return YamlWriter.Write(manifest);
        }));

    private static IReadOnlyList<string[]> Lines(string output) =>
        [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))];
}
