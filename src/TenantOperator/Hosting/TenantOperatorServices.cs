using k8s;
using k8s.Models;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Packages;
using TenantOperator.PlatformObjects;
using TenantOperator.Platforms;
using TenantOperator.Platforms.Cluster;
using TenantOperator.Platforms.Http;
using TenantOperator.Platforms.Prometheus;
using TenantOperator.Platforms.Remote;
using TenantOperator.Runtime;
using TenantOperator.Telemetry;
using TenantOperator.Templates;
using TenantOperator.Tenants;
using TenantOperator.Usage;
using TenantOperator.Users;

namespace TenantOperator.Hosting;

/// <summary>Wires the operator: caches, platforms, controllers, and who wakes whom.</summary>
internal static class TenantOperatorServices
{
    public static IServiceCollection AddTenantOperator(this IServiceCollection services, OperatorArguments arguments)
    {
        // Started first and so stopped last, with what the operator did until its end.
        if (OtlpExport.IsWished)
        {
            services.AddHostedService<OtlpExport>();
        }

        var builder = services.AddKubernetesOperator(options =>
        {
            options.Name = OperatorIdentity.Name;
            options.LeaseName = arguments.ControllerClass.Length == 0 ? OperatorIdentity.Name : $"{OperatorIdentity.Name}-{arguments.ControllerClass}";
            options.LeaseNamespace = arguments.LeaseNamespace;
            options.LeaderElection = arguments.LeaderElection;
            options.WatchNamespaces = arguments.WatchNamespaces;
            if (arguments.Kubeconfig is { } file)
            {
                options.ClientConfiguration = () => KubernetesClientConfiguration.BuildConfigFromConfigFile(file);
            }
        });
        TenantCaches.Register(builder);
        if (arguments.ClusterPlatform)
        {
            ClusterCaches.Register(builder);
            services.AddSingleton<ClusterCaches>();
            services.AddSingleton<ITenantPlatform, ClusterTenantPlatform>();
            builder.AddLeaderWork<UsageReader>();
        }
        else
        {
            ClusterCaches.RegisterNamespaces(builder, only: arguments.StaysInNamespaces ? arguments.WatchNamespaces : null);
        }

        // The network meters carry a series per address; the runtime's own request counter says what matters.
        services.AddSingleton(_ => new PrometheusText(meter => !meter.StartsWith("System.Net.", StringComparison.Ordinal)));
        services.AddSingleton<TenantCaches>();
        services.AddSingleton(provider => new ClusterPlatformOptions
        {
            AllowedClusterRoles = arguments.ClusterRoles.ToHashSet(StringComparer.Ordinal),
            IsLivingTenant = uid => provider.GetRequiredService<TenantCaches>().Tenants.ByIndex(TenantCaches.ByUid, uid).Count > 0,
        });
        services.AddSingleton(new AllowedHosts(arguments.AllowHosts));
        services.AddSingleton<UsageReadings>();
        services.AddSingleton<UsageVerdicts>();
        services.AddSingleton<UsageMetrics>();
        services.AddSingleton(provider => Jitter(provider.GetRequiredService<OperatorOptions>().RandomSeed));
        services.AddRemotePlatforms(arguments.PlatformTimeout);
        services.AddSingleton<PlatformChecks>();
        services.AddSingleton(provider => new Accounts(provider.GetRequiredService<ResourceCache<NamespaceChild>>(), arguments.ControllerClass));
        services.AddSingleton<DefaultPlatformCheck>();
        services.AddSingleton<PlatformDirectory>();
        services.AddSingleton(provider => new RemoteTurns(arguments.Workers, tenant =>
        {
            if (provider.GetRequiredService<ResourceCache<Tenant>>().Find(tenant) is null)
            {
                return false;
            }

            provider.GetRequiredService<IOperatorQueue<Tenant>>().Enqueue(tenant);
            return true;
        }));
        services.AddSingleton(provider =>
        {
            var pace = new CountPace(provider.GetRequiredService<TimeProvider>());
            return new PackageLedger(
                provider.GetRequiredService<ResourceCache<Tenant>>(),
                provider.GetRequiredService<ResourceCache<TenantPackage>>(),
                provider.GetRequiredService<ResourceCache<PackageAllocation>>(),
                wake: tenant => provider.GetRequiredService<IOperatorQueue<Tenant>>().Enqueue(tenant),
                counted: package => provider.GetRequiredService<IOperatorQueue<TenantPackage>>().Enqueue(package, pace.DelayFor(package)));
        });
        services.AddSingleton<PackageClaims>();
        services.AddSingleton<CreationRecords>();
        services.AddSingleton<TenantUserStatusWriter>();
        services.AddSingleton<RecentRemovals>();
        services.AddSingleton<RosterSync>();
        services.AddSingleton<MassDeletionGuard>();
        services.AddSingleton(provider => new OwnKinds(provider.GetRequiredService<KubernetesApi>(), provider.GetRequiredService<TimeProvider>(), mayReadDefinition: !arguments.StaysInNamespaces));
        services.AddSingleton<TenantDeletion>();
        services.AddSingleton<TenantMetrics>();

        AddController<TenantController, Tenant>(builder, options => TenantWatches.Configure(options, arguments));
        AddController<TenantUserController, TenantUser>(builder, options =>
        {
            options.Workers = 2;

            // That of their tenant looks at them.
            options.Resync = null;
            options.Filter = change => change.Origin != ChangeOrigin.OwnWrite && change.New is not null;
        });
        AddController<TenantPackageController, TenantPackage>(builder, options => options.Workers = 2);
        AddController<TenantTemplateController, TenantTemplate>(builder, options =>
        {
            options.Workers = 2;
            options.WatchesWith<TenantPlatform, TenantCaches>((caches, change) => change.Old?.Metadata.Generation == change.New?.Metadata.Generation
                ? []
                : caches.Templates.Keys.Where(key => key.Namespace == change.Key.Namespace && caches.Templates.Find(key) is { } template && RemoteTemplateRules.Of(template.Spec)?.PlatformRef.Name == change.Key.Name));
        });
        AddController<TenantPlatformController, TenantPlatform>(builder, options => options.Workers = 2);
        services.AddHostedService<MemoryTrim>();
        services.AddSingleton<CountWatches>();
        services.AddHostedService(provider => provider.GetRequiredService<CountWatches>());
        return services;
    }

    // Asked by one thread, at the start of a term.
    private static UsageReader.Jitter Jitter(int? seed)
    {
        var random = seed is { } start ? new Random(start) : new Random();
        return random.NextDouble;
    }

    private static void AddController<TController, TEntity>(OperatorBuilder builder, Action<ControllerOptions<TEntity>> configure)
        where TController : class, IEntityController<TEntity>
        where TEntity : class, IMetadata<V1ObjectMeta>
    {
        builder.AddController<TController, TEntity>(options =>
        {
            // Its coming into view, or into our hands, wakes all that is in an account.
            options.Serves = services =>
            {
                var accounts = services.GetRequiredService<Accounts>();
                return key => accounts.IsOurs(key.Namespace);
            };
            configure(options);
        });
    }

    /// <summary>Wakes the objects that count others, late enough that a burst of changes becomes one write, and people whose tenant came or went.</summary>
    internal sealed class CountWatches(
        TenantCaches caches, IOperatorQueue<Tenant> tenants, IOperatorQueue<TenantPackage> packages, IOperatorQueue<TenantPlatform> platforms,
        IOperatorQueue<TenantTemplate> templates, IOperatorQueue<TenantUser> users, TenantMetrics metrics, TimeProvider clock)
        : IHostedService, IDisposable
    {
        private readonly List<IDisposable> subscriptions = [];
        private readonly CountPace platformPace = new(clock);
        private readonly CountPace templatePace = new(clock);

        public Task StartAsync(CancellationToken cancellationToken)
        {
            metrics.Start();
            subscriptions.Add(caches.Tenants.Subscribe(OnTenant));
            subscriptions.Add(caches.Namespaces.Subscribe(OnNamespace));
            subscriptions.Add(caches.Packages.Subscribe(change =>
            {
                foreach (var template in caches.Templates.Items.Where(each => each.Metadata.NamespaceProperty == change.Key.Namespace && (change.Old is null || change.New is null)))
                {
                    CountTenantsOf(ObjectKey.Of(template.Metadata));
                }
            }));
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
            foreach (var subscription in subscriptions)
            {
                subscription.Dispose();
            }
        }

        // An account that came into view, or was given to another operator, wakes all that is in it. Looking for that is not cheap, and in the namespace of a new tenant,
        // the most frequent kind, there is nothing.
        private void OnNamespace(CacheChange<NamespaceChild> change)
        {
            if (change.Initial || change.New is null || change.Old?.ControllerClass == change.New.ControllerClass || (change.Old is null && change.New.Mark.IsAny))
            {
                return;
            }

            var account = change.Key.Name;
            Wake(caches.Tenants, tenants, account);
            Wake(caches.Packages, packages, account);
            Wake(caches.Platforms, platforms, account);
            Wake(caches.Templates, templates, account);
            Wake(caches.Users, users, account);
        }

        private static void Wake<T>(ResourceCache<T> cache, IOperatorQueue<T> queue, string account)
            where T : class
        {
            foreach (var key in cache.Keys.Where(key => key.Namespace == account))
            {
                queue.Enqueue(key);
            }
        }

        private void OnTenant(CacheChange<Tenant> change)
        {
            if (change.Initial)
            {
                return;
            }

            var tenant = (change.New ?? change.Old)!;
            var ns = change.Key.Namespace;
            var came = change.Old is null || change.New is null;
            if (came || IsReady(change.Old) != IsReady(change.New) || IsHeld(change.Old) != IsHeld(change.New))
            {
                var platform = new ObjectKey(ns, tenant.Spec.PlatformRef?.Name ?? ApiGroup.DefaultPlatformName);
                platforms.Enqueue(platform, platformPace.DelayFor(platform));
            }

            if (came && tenant.Spec.TemplateRef is { } template)
            {
                CountTenantsOf(new(ns, template.Name));
            }

            if (change.New is null || ReadyOf(change.Old)?.Reason != ReadyOf(change.New)?.Reason || change.Old?.IsBeingDeleted() != change.New.IsBeingDeleted())
            {
                foreach (var user in caches.Users.ByIndex(TenantCaches.ByTenant, change.Key.ToString()))
                {
                    users.Enqueue(ObjectKey.Of(user.Metadata));
                }
            }
        }

        private void CountTenantsOf(ObjectKey template) => templates.Enqueue(template, templatePace.DelayFor(template));

        private static ConditionStatus? IsReady(Tenant? tenant) => ReadyOf(tenant)?.Status;

        // By the platform's own guard, which the platform tells of too.
        private static bool IsHeld(Tenant? tenant) => ReadyOf(tenant)?.Reason == TenantReasons.DeletionBreakerOpen;

        private static Condition? ReadyOf(Tenant? tenant) => tenant?.Status?.Conditions?.FirstOrDefault(condition => condition.Type == CommonConditions.Ready);
    }
}
