using System.Text.Json.Nodes;
using TenantOperator.ControlPlane;

namespace TenantOperator.EndToEndTests.Chart;

/// <summary>What the chart makes of its values, and which values it refuses.</summary>
public sealed class TheChartRenders
{
    private const string Role = "tenant-system-tenant-operator";

    private const string Full = """
        image: {repository: registry.example.com/team/tenant-operator, digest: "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}
        imagePullSecrets: [{name: registry}]
        replicas: 3
        leaderElection: {namespace: leases}
        watchNamespaces: [contoso, northwind]
        controllerClass: gold
        workers: 32
        platformTimeout: 5s
        clusterRoles: [view, tenant-editor]
        allowHosts: ["*.monitoring.svc", 10.0.0.7]
        log: {format: text, level: Debug}
        httpPort: 9090
        caBundle: {pem: "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"}
        extraEnv: [{name: DOTNET_GCHeapHardLimitPercent, value: "70"}]
        extraVolumes: [{name: more, emptyDir: {}}]
        extraVolumeMounts: [{name: more, mountPath: /more}]
        priorityClassName: system-cluster-critical
        podLabels: {team: platform}
        nodeSelector: {kubernetes.io/os: linux}
        topologySpreadConstraints: [{maxSkew: 1, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: DoNotSchedule}]
        serviceAccount: {name: gold, annotations: {example.com/role: operator}}
        rbac: {secrets: false}
        userRoles: {aggregateToView: true}
        crds: {keep: false}
        networkPolicy: {from: [{podSelector: {}}], egressPorts: [6443], extraEgress: [{ports: [{port: 9090}]}]}
        metrics:
          serviceMonitor: {enabled: true, labels: {release: prometheus}}
          prometheusRule: {enabled: true, labels: {release: prometheus}, alertLabels: {team: tenancy}, disabled: [TenantNearLimit], runbookUrl: https://wiki.example.com/runbooks/}
          dashboard: {enabled: true, labels: {dashboards: mine}, annotations: {grafana_folder: Tenancy}}
        """;

    [Fact]
    public async Task Helm_lint_has_nothing_against_it()
    {
        var token = TestContext.Current.CancellationToken;
        var helm = await Helm.FindAsync("", Console.Error, token);

        (await helm.OutputAsync(["lint", "--strict", RenderedChart.Folder], null, token)).Should().Contain("0 chart(s) failed").And.NotContain("[WARNING]");
        (await helm.OutputAsync(["lint", "--strict", RenderedChart.Folder, "--values", "-"], Full, token)).Should().Contain("0 chart(s) failed").And.NotContain("[WARNING]");
    }

    [Fact]
    public async Task By_default_two_replicas_run_under_the_strictest_pod_security_level()
    {
        var chart = await RenderedChart.WithAsync(null);

        ((int)chart.Deployment["spec"]!["replicas"]!).Should().Be(2);
        chart.Arguments.Should().Equal(
            "--http-address=*:8080", "--leader-election=true", "--lease-namespace=tenant-system", "--workers=16", "--cluster-roles=admin,edit,view", "--platform-timeout=30s", "--log-format=json", "--log-level=Information");
        chart.PodSpec["securityContext"].Should().BeJson("""{"runAsNonRoot":true,"runAsUser":1654,"runAsGroup":1654,"fsGroup":1654,"seccompProfile":{"type":"RuntimeDefault"}}""");
        chart.Container["securityContext"].Should().BeJson("""{"allowPrivilegeEscalation":false,"readOnlyRootFilesystem":true,"capabilities":{"drop":["ALL"]}}""");
        chart.Container["resources"]!["limits"].Should().BeJson("""{"memory":"512Mi"}""");
        ((string?)chart.Container["livenessProbe"]!["httpGet"]!["path"]).Should().Be("/livez");
        ((string?)chart.Container["readinessProbe"]!["httpGet"]!["path"]).Should().Be("/readyz");
        ((string?)chart.Container["image"]).Should().Be("tenant-operator:0.1.0");
        chart.PodSpec["topologySpreadConstraints"]![0]!["labelSelector"].Should().BeJson("""{"matchLabels":{"app.kubernetes.io/name":"tenant-operator","app.kubernetes.io/instance":"tenant-operator"}}""");
        chart.Objects.Where(each => (string?)each["kind"] != "CustomResourceDefinition").Select(each => (string)each["kind"]!).Should().BeEquivalentTo(
            "Deployment", "ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding", "ClusterRole", "ClusterRole", "ClusterRole", "PodDisruptionBudget", "NetworkPolicy", "Service");
    }

    [Fact]
    public async Task Every_value_arrives_where_it_belongs()
    {
        var chart = await RenderedChart.WithAsync(Full, "--api-versions", "monitoring.coreos.com/v1/ServiceMonitor");

        chart.Arguments.Should().Equal(
            "--http-address=*:9090", "--leader-election=true", "--lease-namespace=leases", "--workers=32", "--cluster-roles=view,tenant-editor", "--watch-namespaces=contoso,northwind",
            "--controller-class=gold", "--allow-hosts=*.monitoring.svc,10.0.0.7", "--platform-timeout=5s", "--log-format=text", "--log-level=Debug");
        ((string?)chart.Container["image"]).Should().Be("registry.example.com/team/tenant-operator@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
        ((string?)chart.PodSpec["priorityClassName"]).Should().Be("system-cluster-critical");
        ((string?)chart.PodSpec["serviceAccountName"]).Should().Be("gold");
        chart.Container["env"]!.AsArray().Select(each => (string)each!["name"]!).Should().Equal("DOTNET_EnableDiagnostics", "SSL_CERT_DIR", "DOTNET_GCHeapHardLimitPercent");
        chart.Container["volumeMounts"]!.AsArray().Select(each => (string)each!["mountPath"]!).Should().Equal("/etc/tenant-operator/ca", "/more");
        ((string?)chart.Get("ConfigMap", "tenant-operator-ca")["data"]!["ca.crt"]).Should().StartWith("-----BEGIN CERTIFICATE-----\nMIIB\n");
        ((string?)chart.Get("Role", Role + "-lease")["metadata"]!["namespace"]).Should().Be("leases");
        chart.RightsOf("Role", Role + "-lease").Should().Equal("get leases tenant-operator-gold", "patch leases tenant-operator-gold", "create leases");
        ((string?)chart.Get("ServiceMonitor", "tenant-operator")["metadata"]!["labels"]!["release"]).Should().Be("prometheus");
        chart.Get("NetworkPolicy", "tenant-operator")["spec"]!["egress"].Should().BeJson(
            """[{"ports":[{"port":53,"protocol":"UDP"},{"port":53,"protocol":"TCP"}]},{"ports":[{"port":6443,"protocol":"TCP"}]},{"ports":[{"port":9090}]}]""");
        chart.Objects.Where(each => (string?)each["kind"] == "CustomResourceDefinition").Should().OnlyContain(each => each["metadata"]!["annotations"] == null);
    }

    [Fact]
    public async Task Alerts_and_dashboard_are_made_as_wished()
    {
        var chart = await RenderedChart.WithAsync(Full, "--api-versions", "monitoring.coreos.com/v1/PrometheusRule", "--api-versions", "monitoring.coreos.com/v1/ServiceMonitor");

        var rule = chart.Get("PrometheusRule", "tenant-operator");
        ((string?)rule["metadata"]!["labels"]!["release"]).Should().Be("prometheus");
        var alerts = rule["spec"]!["groups"]!.AsArray().SelectMany(group => group!["rules"]!.AsArray()).ToDictionary(alert => (string)alert!["alert"]!, alert => alert!);
        alerts.Keys.Should().Contain("TenantOperatorNoLeader").And.NotContain("TenantNearLimit");
        alerts["TenantOperatorNoLeader"].Should().BeJson("""
            {"alert": "TenantOperatorNoLeader", "expr": "sum by (namespace, job) (operator_leading) == 0", "for": "5m", "labels": {"severity": "critical", "team": "tenancy"}, "annotations": {
              "summary": "No replica of the operator {{ $labels.namespace }}/{{ $labels.job }} holds the lease.",
              "description": "Replicas run and none of them works, so nothing is done for tenants. See who holds the lease, and whether the replicas reach the API server.",
              "runbook_url": "https://wiki.example.com/runbooks/TenantOperatorNoLeader.md"}}
            """);
        chart.Get("ServiceMonitor", "tenant-operator")["spec"]!["endpoints"].Should().BeJson("""[{"port":"http","path":"/metrics","interval":"30s","honorLabels":true}]""");
        var dashboard = chart.Get("ConfigMap", "tenant-operator-dashboard")["metadata"]!;
        ((string?)dashboard["labels"]!["dashboards"]).Should().Be("mine");
        ((string?)dashboard["annotations"]!["grafana_folder"]).Should().Be("Tenancy");
        (await RenderedChart.WithAsync(Full)).Has("PrometheusRule").Should().BeFalse("the kind is not in the cluster");
        ((string?)(await RenderedChart.WithAsync("metrics: {dashboard: {enabled: true}}")).Get("ConfigMap", "tenant-operator-dashboard")["metadata"]!["labels"]!["grafana_dashboard"]).Should().Be("1");
    }

    [Fact]
    public async Task The_values_that_the_guide_shows_are_right()
    {
        foreach (var values in Repository.Blocks("docs/guides/install.md", "yaml"))
        {
            (await RenderedChart.WithAsync(values)).Has("ServiceMonitor").Should().BeFalse("the kind is not in the cluster");
        }
    }

    [Fact]
    public async Task Its_definitions_are_those_of_config_and_stay_when_it_goes()
    {
        var chart = await RenderedChart.WithAsync(null);
        var definitions = chart.Objects.Where(each => (string?)each["kind"] == "CustomResourceDefinition").ToDictionary(each => (string)each["metadata"]!["name"]!);
        var files = Directory.GetFiles(Repository.Crds);

        definitions.Should().HaveCount(files.Length);
        foreach (var file in files)
        {
            var wanted = RenderedChart.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Single();
            var given = definitions[(string)wanted["metadata"]!["name"]!];
            given["metadata"]!["annotations"].Should().BeJson("""{"helm.sh/resource-policy":"keep"}""");
            given["spec"].Should().BeJson(wanted["spec"]!.ToJsonString());
        }

        (await RenderedChart.WithAsync("crds: {install: false}")).Has("CustomResourceDefinition").Should().BeFalse();
    }

    [Fact]
    public async Task The_operator_has_the_rights_it_uses_and_no_others()
    {
        var rights = (await RenderedChart.WithAsync(null)).RightsOf("ClusterRole", Role);

        rights.Where(right => right.Contains("secrets", StringComparison.Ordinal)).Should().Equal("get secrets");
        rights.Where(right => right.Contains("clusterroles", StringComparison.Ordinal)).Should().Equal("bind clusterroles admin", "bind clusterroles edit", "bind clusterroles view");
        rights.Where(right => right.Contains("customresourcedefinitions", StringComparison.Ordinal)).Should().Equal("get customresourcedefinitions tenants.tenantoperator.io");
        rights.Where(right => right.Contains("events", StringComparison.Ordinal)).Should().Equal("create events");
        rights.Should().NotContain(right => right.Contains('*') || right.Contains("escalate", StringComparison.Ordinal) || right.Contains("impersonate", StringComparison.Ordinal)
            || right.StartsWith("update", StringComparison.Ordinal) || right.StartsWith("deletecollection", StringComparison.Ordinal));
        rights.Where(right => right.StartsWith("delete", StringComparison.Ordinal)).Should().BeEquivalentTo(
            "delete namespaces", "delete resourcequotas", "delete limitranges", "delete networkpolicies", "delete rolebindings", "delete tenantusers", "delete packageallocations");
    }

    [Fact]
    public async Task With_watched_namespaces_the_rights_to_accounts_are_given_in_these_alone()
    {
        var chart = await RenderedChart.WithAsync("watchNamespaces: [contoso, northwind]");

        chart.RightsOf("ClusterRole", Role).Should().NotContain(right => right.Contains("tenant", StringComparison.Ordinal) && !right.StartsWith("get customresourcedefinitions", StringComparison.Ordinal)
            || right.Contains("secrets", StringComparison.Ordinal) || right.Contains("events", StringComparison.Ordinal));
        var roles = chart.Objects.Where(each => (string?)each["kind"] == "Role" && (string?)each["metadata"]!["name"] == Role).ToList();
        roles.Select(role => (string)role["metadata"]!["namespace"]!).Should().Equal("contoso", "northwind");
        roles.Should().OnlyContain(role => role["rules"]!.ToJsonString().Contains("secrets", StringComparison.Ordinal));
        (await RenderedChart.WithAsync("rbac: {secrets: false}")).RightsOf("ClusterRole", Role).Should().NotContain(right => right.Contains("secrets", StringComparison.Ordinal));
    }

    [Fact]
    public async Task For_remote_platforms_in_single_namespaces_nothing_is_cluster_wide()
    {
        var everywhere = await RenderedChart.WithAsync("clusterPlatform: false");
        everywhere.Arguments.Should().Contain("--cluster-platform=false");
        everywhere.RightsOf("ClusterRole", Role).Should().Contain(["list namespaces", "watch namespaces"]).And.NotContain("get namespaces")
            .And.NotContain(right => right.Contains("clusterroles", StringComparison.Ordinal) || right.Contains("quotas", StringComparison.Ordinal) || right.Contains("rolebindings", StringComparison.Ordinal));

        var chart = await RenderedChart.WithAsync("""{clusterPlatform: false, watchNamespaces: [contoso, northwind], crds: {install: false}, userRoles: {aggregateToView: true}, metrics: {dashboard: {enabled: true}}}""");
        chart.Objects.Should().OnlyContain(each => each["metadata"]!["namespace"] != null, "helm needs no right in the whole cluster");
        chart.Objects.Where(each => ((string)each["kind"]!).EndsWith("Binding", StringComparison.Ordinal)).Should().OnlyContain(each => (string?)each["roleRef"]!["kind"] == "Role");
        var roles = chart.Objects.Where(each => (string?)each["kind"] == "Role").Select(each => $"{each["metadata"]!["namespace"]}/{each["metadata"]!["name"]}");
        roles.Should().BeEquivalentTo(
            $"contoso/{Role}", $"northwind/{Role}", $"tenant-system/{Role}-lease",
            $"contoso/{Role}-account-viewer", $"contoso/{Role}-account-editor", $"contoso/{Role}-account-admin",
            $"northwind/{Role}-account-viewer", $"northwind/{Role}-account-editor", $"northwind/{Role}-account-admin");
        foreach (var role in chart.Objects.Where(each => (string?)each["kind"] == "Role" && (string?)each["metadata"]!["name"] == Role))
        {
            var of = new RenderedChart([role]);
            of.RightsOf("Role", Role).Where(right => right.Contains("namespaces", StringComparison.Ordinal)).Should().Equal($"get namespaces {role["metadata"]!["namespace"]}");
            of.RightsOf("Role", Role).Should().Contain("patch tenants").And.Contain("get secrets");
        }
    }

    [Fact]
    public async Task Personal_data_is_for_editors_and_admins_and_nothing_goes_into_the_roles_that_tenants_have()
    {
        var chart = await RenderedChart.WithAsync(Full);

        var viewer = chart.RightsOf("ClusterRole", Role + "-account-viewer");
        viewer.Should().Contain("list tenants").And.NotContain(right => right.Contains("tenantusers", StringComparison.Ordinal)).And.OnlyContain(right => right.StartsWith("get ") || right.StartsWith("list ") || right.StartsWith("watch "));
        chart.RightsOf("ClusterRole", Role + "-account-editor").Should().Contain("create tenantusers").And.Contain("list tenantplatforms").And.NotContain("patch tenantplatforms");
        var admin = chart.RightsOf("ClusterRole", Role + "-account-admin");
        admin.Should().Contain("patch tenantplatforms").And.Contain("list packageallocations").And.NotContain("create packageallocations").And.NotContain(right => right.Contains("/status", StringComparison.Ordinal));
        chart.Objects.SelectMany(each => (each["metadata"]!["labels"] as JsonObject ?? []).Select(label => label.Key)).Where(label => label.Contains("aggregate", StringComparison.Ordinal))
            .Should().Equal("rbac.authorization.k8s.io/aggregate-to-view");
    }

    [Theory]
    [InlineData("workers: 0", "at '/workers': minimum: got 0, want 1")]
    [InlineData("platformTimeout: 2m", "at '/platformTimeout': '2m' does not match pattern")]
    [InlineData("worker: 8", "additional properties 'worker' not allowed")]
    [InlineData("log: {format: xml}", "at '/log/format': value must be one of 'text', 'json'")]
    [InlineData("crds: {keep: sometimes}", "at '/crds/keep': got string, want boolean")]
    [InlineData("clusterRoles: []", "at '/clusterRoles': minItems: got 0, want 1")]
    [InlineData("replicas: 3\nleaderElection: {enabled: false}", "replicas must be 1 when leaderElection.enabled is false")]
    [InlineData("controllerClass: Gold!", "controllerClass \"Gold!\" must be the value of a label")]
    [InlineData("watchNamespaces: [Contoso]", "\"Contoso\" in watchNamespaces or leaderElection.namespace is not the name of a namespace")]
    [InlineData("allowHosts: ['prometheus:9090']", "\"prometheus:9090\" in allowHosts is no host")]
    [InlineData("clusterRoles: ['a,b']", "\"a,b\" in clusterRoles is not the name of a ClusterRole")]
    [InlineData("image: {digest: latest}", "image.digest \"latest\" is none")]
    [InlineData("caBundle: {pem: x}", "caBundle.pem must hold certificates in PEM form")]
    [InlineData("caBundle: {pem: x, configMap: mine}", "Set caBundle.pem or caBundle.configMap, not both")]
    [InlineData("metrics: {prometheusRule: {disabled: [TenantStaled]}}", "\"TenantStaled\" in metrics.prometheusRule.disabled is no alert. There are: TenantOperatorDown, ")]
    [InlineData("metrics: {prometheusRule: {disabled: TenantStalled}}", "at '/metrics/prometheusRule/disabled': got string, want array")]
    [InlineData("metrics: {prometheusRule: {alertLabels: {my-team: a}}}", "\"my-team\" in metrics.prometheusRule.alertLabels is not the name of a label of Prometheus")]
    [InlineData("metrics: {prometheusRule: {runbookUrl: ''}}", "at '/metrics/prometheusRule/runbookUrl': minLength: got 0, want 1")]
    [InlineData("metrics: {dashboard: {labels: {grafana_dashboard: 1}}}", "at '/metrics/dashboard/labels/grafana_dashboard': got number, want string")]
    [InlineData("serviceAccount: {create: false}", "serviceAccount.name must name the account to use")]
    public async Task A_wrong_value_is_refused_with_words(string values, string words)
    {
        var result = await RenderedChart.TryAsync(values);

        result.ExitCode.Should().NotBe(0);
        result.Error.Should().Contain(words);
    }

    [Fact]
    public async Task The_refusal_that_the_guide_shows_is_what_helm_says()
    {
        var result = await RenderedChart.TryAsync("leaderElection: {enabled: false}");

        Repository.Blocks("docs/guides/install.md", "text").Should().ContainSingle().Which.Trim().Should().Be(result.Error.Split('\n')[0].Trim());
    }
}
