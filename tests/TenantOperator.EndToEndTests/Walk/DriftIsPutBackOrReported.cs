namespace TenantOperator.EndToEndTests.Walk;

internal static class DriftIsPutBackOrReported
{
    public static async Task RunAsync(WalkAccount account)
    {
        var ns = account.NamespaceOf("t11");
        await account.RunAsync("delete", "networkpolicy", "tenant-isolation", "-n", ns);
        await account.RunAsync("patch", "resourcequota", "tenant-quota", "-n", ns, "--type=merge", "-p", """{"spec":{"hard":{"pods":"999"}}}""");
        await account.RunAsync("label", "namespace", ns, "--overwrite", "pod-security.kubernetes.io/enforce=privileged");
        await account.UntilAsync("all three are put back", async () =>
            (await account.RunAsync("get", "networkpolicy", "tenant-isolation", "-n", ns, "--ignore-not-found", "-o", "name")).Length > 0
            && await account.RunAsync("get", "resourcequota", "tenant-quota", "-n", ns, "-o", "jsonpath={.spec.hard.pods}") == "20"
            && (await account.RunAsync("get", "namespace", ns, "-o", "jsonpath={.metadata.labels}")).Contains("\"pod-security.kubernetes.io/enforce\":\"baseline\"", StringComparison.Ordinal));
        await account.UntilDescribedAsync("tenant/t11", "DriftCorrected", "Changed outside and put back");

        await account.PatchAsync("tenant/t12", """{"spec":{"driftPolicy":"Report"}}""");
        await account.UntilReadyAsync("Active", "t12");
        await account.UntilAsync("the new spec is in force", async () => (long?)(await account.GetAsync("tenant", "t12"))["status"]!["observedGeneration"] == 2);
        await account.RunAsync("patch", "resourcequota", "tenant-quota", "-n", account.NamespaceOf("t12"), "--type=merge", "-p", """{"spec":{"hard":{"pods":"999"}}}""");
        var drifted = (await account.UntilSaidAsync("tenant", "Drifted", "DriftReported", "t12"))[0];
        WalkAccount.MessageOf(drifted, "Drifted").Should().Be("Changed outside, and left as it is because spec.driftPolicy is Report: ResourceQuota tenant-quota (spec.hard.pods).");
        WalkAccount.ReasonOf(drifted, "Synced").Should().Be("DriftReported");
        (await account.RunAsync("get", "resourcequota", "tenant-quota", "-n", account.NamespaceOf("t12"), "-o", "jsonpath={.spec.hard.pods}")).Should().Be("999");

        await account.PatchAsync("tenant/t12", """{"spec":{"driftPolicy":null}}""");
        await account.UntilSaidAsync("tenant", "Drifted", "NoDrift", "t12");
        (await account.RunAsync("get", "resourcequota", "tenant-quota", "-n", account.NamespaceOf("t12"), "-o", "jsonpath={.spec.hard.pods}")).Should().Be("20");
    }
}
