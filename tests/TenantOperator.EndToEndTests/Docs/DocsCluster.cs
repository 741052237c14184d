namespace TenantOperator.EndToEndTests.Docs;

/// <summary>What most pages are walked on, started once: the sample account, and an operator that serves it. As <c>make run</c> has it.</summary>
public sealed class DocsCluster : IAsyncLifetime
{
    private LocalCluster? _cluster;
    private OperatorProcess? _operator;

    internal LocalCluster Cluster => _cluster!; // Tests begin after InitializeAsync.

    public async ValueTask InitializeAsync()
    {
        var token = TestContext.Current.CancellationToken;
        _cluster = await LocalCluster.StartAsync(token);
        _operator = OperatorProcess.Start(_cluster.KubeconfigPath);
        await _cluster.ApplySamplesAsync(token);
    }

    public async ValueTask DisposeAsync()
    {
        await (_operator?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_cluster?.DisposeAsync() ?? ValueTask.CompletedTask);
    }
}

/// <summary>The tests that share it, and so take turns.</summary>
[CollectionDefinition(nameof(OnTheDocsCluster))]
public sealed class OnTheDocsCluster : ICollectionFixture<DocsCluster>;
