using TenantOperator.Tests.Support;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(TheEndComesLast))]

namespace TenantOperator.Tests.Support;

/// <summary>Tests that look at what all others have done.</summary>
[CollectionDefinition(nameof(AtTheEnd), DisableParallelization = true)]
public sealed class AtTheEnd;

/// <summary>Puts <see cref="AtTheEnd"/> behind all other collections; those that run alone come behind the parallel ones anyway.</summary>
public sealed class TheEndComesLast : ITestCollectionOrderer
{
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection => [.. testCollections.OrderBy(each => each.TestCollectionDisplayName == nameof(AtTheEnd))];
}
