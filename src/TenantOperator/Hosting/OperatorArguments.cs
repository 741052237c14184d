using System.CommandLine;
using TenantOperator.Api;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Http;

namespace TenantOperator.Hosting;

/// <summary>What the operator is told at its start. Each has a default that is right inside a cluster.</summary>
internal sealed record OperatorArguments
{
    /// <summary>The kubeconfig file; absent means the cluster the operator runs in, or what KUBECONFIG names.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>Namespaces (accounts) whose objects are managed; empty means all.</summary>
    public IReadOnlyList<string> WatchNamespaces { get; init; } = [];

    /// <summary>Whether tenants may live in this cluster; else on remote platforms alone.</summary>
    public bool ClusterPlatform { get; init; } = true;

    /// <summary>Whether the operator needs nothing outside the namespaces of its accounts, and so may have no right there.</summary>
    public bool StaysInNamespaces => !ClusterPlatform && WatchNamespaces.Count > 0;

    /// <summary>Serves only accounts whose namespace has this as its label controller-class; empty: those without the label.</summary>
    public string ControllerClass { get; init; } = "";

    /// <summary>Whether only the holder of the lease works.</summary>
    public bool LeaderElection { get; init; } = true;

    /// <summary>The namespace of the lease.</summary>
    public string LeaseNamespace { get; init; } = "default";

    /// <summary>Where health and metrics are served, as host:port; port 0 takes a free one, "off" serves nothing.</summary>
    public string HttpAddress { get; init; } = "127.0.0.1:8080";

    /// <summary>How many tenants are worked on at a time.</summary>
    public int Workers { get; init; } = 16;

    /// <summary>The ClusterRoles that people of tenants may be given.</summary>
    public IReadOnlyList<string> ClusterRoles { get; init; } = ["admin", "edit", "view"];

    /// <summary>Hosts that objects may lead the operator to although their address is private: names, addresses, or suffixes such as *.monitoring.svc.</summary>
    public IReadOnlyList<string> AllowHosts { get; init; } = [];

    /// <summary>How long a remote platform may take to answer a call.</summary>
    public TimeSpan PlatformTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>text or json.</summary>
    public string LogFormat { get; init; } = "text";

    /// <summary>The least important level that is logged.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>The command line; <paramref name="run"/> is called with what it says.</summary>
    public static RootCommand Command(Func<OperatorArguments, CancellationToken, Task<int>> run)
    {
        var defaults = new OperatorArguments();
        var kubeconfig = new Option<string?>("--kubeconfig") { Description = "The kubeconfig file. Without it: the cluster this runs in, or what KUBECONFIG names." };
        var namespaces = new Option<string[]>("--watch-namespaces") { Description = "Manage only objects of these namespaces. Without it: all.", AllowMultipleArgumentsPerToken = true };
        var controllerClass = new Option<string>("--controller-class")
        {
            Description = $"Manage only accounts whose namespace has the label {Labels.ControllerClass} with this value. Without it: those without the label.",
            DefaultValueFactory = _ => defaults.ControllerClass,
        };
        var clusterPlatform = new Option<bool>("--cluster-platform")
        {
            Description = "Let tenants live in this cluster. With false they live on remote platforms alone, and with --watch-namespaces the operator then needs no right outside these namespaces.",
            DefaultValueFactory = _ => defaults.ClusterPlatform,
        };
        var election = new Option<bool>("--leader-election") { Description = "Work only while holding the lease, so that replicas take turns.", DefaultValueFactory = _ => defaults.LeaderElection };
        var leaseNamespace = new Option<string>("--lease-namespace") { Description = "The namespace of the lease.", DefaultValueFactory = _ => Environment.GetEnvironmentVariable("POD_NAMESPACE") ?? defaults.LeaseNamespace };
        var http = new Option<string>("--http-address") { Description = "Serve health and metrics at host:port; port 0 takes a free one, \"off\" serves nothing.", DefaultValueFactory = _ => defaults.HttpAddress };
        var workers = new Option<int>("--workers") { Description = "Work on so many tenants at a time (1 to 256).", DefaultValueFactory = _ => defaults.Workers };
        var roles = new Option<string[]>("--cluster-roles") { Description = "The ClusterRoles that people of tenants may be given.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [.. defaults.ClusterRoles] };
        var hosts = new Option<string[]>("--allow-hosts")
        {
            Description = "Hosts that objects may lead the operator to (such as a Prometheus) although their address is private: host names, addresses, or *.suffix for all names below one. Without it: public addresses only.",
            AllowMultipleArgumentsPerToken = true,
        };
        var timeout = new Option<string>("--platform-timeout")
        {
            Description = "How long a remote platform may take to answer a call, such as 30s (1s to 60s). What it did then is looked up, and tried again by itself.",
            DefaultValueFactory = _ => $"{defaults.PlatformTimeout.TotalSeconds}s",
        };
        var format = new Option<string>("--log-format") { Description = "text or json.", DefaultValueFactory = _ => defaults.LogFormat };
        var level = new Option<LogLevel>("--log-level") { Description = "The least important level that is logged.", DefaultValueFactory = _ => defaults.LogLevel };
        format.AcceptOnlyFromAmong("text", "json");
        workers.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<int>() is < 1 or > 256)
            {
                result.AddError("--workers must be a number from 1 to 256.");
            }
        });

        hosts.Validators.Add(result =>
        {
            foreach (var host in Split([.. result.Tokens.Select(token => token.Value)]).Where(host => !AllowedHosts.IsPattern(host)))
            {
                result.AddError($"--allow-hosts: \"{host}\" is no host. Write a name or an address without scheme, port and path, or *.suffix.");
            }
        });

        timeout.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && !(GoDuration.TryParse(text, out var time) && time >= TimeSpan.FromSeconds(1) && time <= TimeSpan.FromSeconds(60)))
            {
                result.AddError("--platform-timeout must be a duration from 1s to 60s.");
            }
        });

        controllerClass.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var name }] && !IsClass(name))
            {
                result.AddError("--controller-class must be the value of a label: at most 40 lower case letters, digits and hyphens.");
            }
        });

        var command = new RootCommand("Manages Tenants in this cluster or on a SaaS platform.")
        {
            kubeconfig, namespaces, clusterPlatform, controllerClass, election, leaseNamespace, http, workers, roles, hosts, timeout, format, level,
        };
        command.SetAction((parsed, cancellationToken) => run(
            new OperatorArguments
            {
                Kubeconfig = parsed.GetValue(kubeconfig),
                WatchNamespaces = Split(parsed.GetValue(namespaces)),
                ClusterPlatform = parsed.GetValue(clusterPlatform),
                ControllerClass = parsed.GetValue(controllerClass)!,
                LeaderElection = parsed.GetValue(election),
                LeaseNamespace = parsed.GetValue(leaseNamespace)!,
                HttpAddress = parsed.GetValue(http)!,
                Workers = parsed.GetValue(workers),
                ClusterRoles = Split(parsed.GetValue(roles)),
                AllowHosts = Split(parsed.GetValue(hosts)),
                PlatformTimeout = GoDuration.TryParse(parsed.GetValue(timeout), out var limit) ? limit : defaults.PlatformTimeout,
                LogFormat = parsed.GetValue(format)!,
                LogLevel = parsed.GetValue(level),
            },
            cancellationToken));
        return command;
    }

    // Shorter than a label may be, for it is part of the lease's name.
    private static bool IsClass(string name) =>
        name.Length is > 0 and <= 40 && name[0] != '-' && name[^1] != '-' && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-');

    // Both "a,b" and "a b" are common.
    private static IReadOnlyList<string> Split(string[]? values) =>
        [.. (values ?? []).SelectMany(value => value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
}
