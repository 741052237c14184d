using System.Text.Json.Nodes;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Promises;

public sealed class KindsThatGoTakeNoTenantAlong
{
    [Fact]
    public async Task Definitions_deleted_and_restored_with_a_backup_without_status_lose_and_double_nothing()
    {
        // Its own server: the kinds of the shared one are in use by other tests.
        await using var cluster = new OperatorCluster();
        Assert.SkipWhen((await cluster.ReadyAsync()).Local is null, "The kinds of a cluster that is not ours are not removed.");
        await using var account = await TestAccount.OpenAsync(cluster);
        await account.CreatePackageAsync("business", 2);
        foreach (var (name, policy) in new (string, DeletionPolicy?)[] { ("kept", null), ("doomed", DeletionPolicy.Delete) })
        {
            await account.CreateAsync(name, new TenantSpec { PackageRef = new PackageReference { Name = "business" }, DeletionPolicy = policy });
            await account.UntilReadyAsync(name);
        }

        var doomed = (await account.FindTenantAsync("doomed"))!.Status!;
        await account.PatchSpecAsync("tenants", "doomed", $$$"""
            {"deletionConfirmation":{"externalId":"{{{doomed.ExternalId}}}","name":"{{{doomed.Remote!.Name}}}","displayName":"{{{doomed.Remote.DisplayName}}}"}}
            """);
        await account.UntilReadyAsync("doomed");
        await account.CreateUserAsync("jane", tenant: "kept", roles: [TenantRole.Admin]);
        await account.UntilUserAsync("jane", TenantUserReasons.Synced);
        var ids = await IdsAsync(account);
        var backup = await BackUpAsync(account);

        var kubectl = account.Cluster.Kubectl;
        await kubectl.OutputAsync(["delete", "--timeout=60s", "-f", Path.Combine(Repository.Root, "config", "crds")], null, TestContext.Current.CancellationToken);

        var namespaces = await account.Rest.ListAsync(account.PathOf("namespaces"));
        namespaces.Should().NotContain(ns => ns["metadata"]!["deletionTimestamp"] != null, "nobody asked for a tenant to be deleted");
        (await account.Rest.FindAsync(account.PathOf("rolebindings", "tenant-admin", account.NamespaceOf("kept")))).Should().NotBeNull("access is left, too");

        await kubectl.OutputAsync(["apply", "--server-side", "-f", Path.Combine(Repository.Root, "config", "crds")], null, TestContext.Current.CancellationToken);
        await kubectl.OutputAsync(["wait", "--for=condition=Established", "--timeout=60s", "-f", Path.Combine(Repository.Root, "config", "crds")], null, TestContext.Current.CancellationToken);
        foreach (var item in backup)
        {
            await account.Rest.CreateAsync(account.PathOf(((string)item["kind"]!).ToLowerInvariant() + "s"), item);
        }

        await account.UntilReadyAsync("kept");
        await account.UntilReadyAsync("doomed");
        await account.UntilUserAsync("jane", TenantUserReasons.Synced);
        (await IdsAsync(account)).Should().BeEquivalentTo(ids, "the tenants are the same as before");
        (await account.AllocationsAsync()).Select(each => each.Spec.Holder.Name).Should().BeEquivalentTo("kept", "doomed");
    }

    private static async Task<Dictionary<string, string?>> IdsAsync(TestAccount account) => new(StringComparer.Ordinal)
    {
        ["kept"] = (await account.FindTenantAsync("kept"))!.Status!.ExternalId,
        ["doomed"] = (await account.FindTenantAsync("doomed"))!.Status!.ExternalId,
    };

    // As a backup tool keeps them: metadata with finalizers and annotations, no status, no identity.
    private static async Task<List<JsonObject>> BackUpAsync(TestAccount account)
    {
        var items = new List<JsonObject>();
        foreach (var resource in (string[])["tenantpackages", "tenants", "tenantusers"])
        {
            foreach (var item in await account.Rest.ListAsync(account.PathOf(resource)))
            {
                var copy = item.DeepClone().AsObject();
                copy.Remove("status");
                foreach (var field in (string[])["uid", "resourceVersion", "creationTimestamp", "generation", "managedFields"])
                {
                    copy["metadata"]!.AsObject().Remove(field);
                }

                items.Add(copy);
            }
        }

        return items;
    }
}
