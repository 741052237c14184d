using System.Diagnostics.CodeAnalysis;
using TenantOperator.Runtime;

namespace TenantOperator.Tenants;

/// <summary>
/// How many passes may be under way on remote platforms, in all and on each: fewer than there are workers, so that a platform that answers slowly holds up neither tenants of the cluster nor those of
/// another. A tenant that finds no turn stands back without a worker, and is called when one is free. Safe for concurrent use.
/// </summary>
/// <param name="workers">How many tenants are worked on at a time.</param>
/// <param name="call">Puts a tenant into the queue again; false if there is none of that name any more, so that another is called in its place.</param>
internal sealed class RemoteTurns(int workers, Func<ObjectKey, bool> call)
{
    /// <summary>When a tenant that found no turn comes again if nobody calls it: the one called before it may have gone on its way to its pass.</summary>
    public static readonly TimeSpan ComeAgain = TimeSpan.FromSeconds(30);

    private readonly int most = Math.Max(1, workers * 3 / 4);
    private readonly int mostOfEach = Math.Max(1, workers / 2);
    private readonly Lock guard = new();
    private readonly Dictionary<ObjectKey, int> running = [];
    private readonly LinkedList<(ObjectKey Platform, ObjectKey Tenant)> waiting = new();
    private readonly HashSet<ObjectKey> waitingTenants = [];
    private int all;

    /// <summary>Takes a turn, which is over when it is disposed of. False: none is free, and the tenant will be called.</summary>
    public bool TryEnter(ObjectKey platform, ObjectKey tenant, [NotNullWhen(true)] out IDisposable? turn)
    {
        lock (guard)
        {
            if (!IsFree(platform))
            {
                if (waitingTenants.Add(tenant))
                {
                    waiting.AddLast((platform, tenant));
                }

                turn = null;
                return false;
            }

            all++;
            running[platform] = running.GetValueOrDefault(platform) + 1;
        }

        turn = new Turn(this, platform);
        return true;
    }

    private bool IsFree(ObjectKey platform) => all < most && running.GetValueOrDefault(platform) < mostOfEach;

    private void Leave(ObjectKey platform)
    {
        lock (guard)
        {
            all--;
            if (--running[platform] == 0)
            {
                running.Remove(platform);
            }
        }

        // Whoever is called comes or not; nobody's turn is kept for them.
        while (Next() is { } tenant && !call(tenant))
        {
        }
    }

    private ObjectKey? Next()
    {
        lock (guard)
        {
            for (var place = waiting.First; place is not null; place = place.Next)
            {
                if (IsFree(place.Value.Platform))
                {
                    waiting.Remove(place);
                    waitingTenants.Remove(place.Value.Tenant);
                    return place.Value.Tenant;
                }
            }
        }

        return null;
    }

    private sealed class Turn(RemoteTurns turns, ObjectKey platform) : IDisposable
    {
        private int over;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref over, 1) == 0)
            {
                turns.Leave(platform);
            }
        }
    }
}
