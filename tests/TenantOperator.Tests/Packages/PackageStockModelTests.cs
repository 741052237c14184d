using CsCheck;
using TenantOperator.Packages;
using TenantOperator.Runtime;
using TenantOperator.Tests.Support;

namespace TenantOperator.Tests.Packages;

/// <summary>
/// A stock under random histories: claims that succeed, fail, or lose against another process; units freed; tenants that come and go; a quantity that
/// moves. Beside it a model so simple that it is right.
/// </summary>
public sealed class PackageStockModelTests
{
    private const int Tenants = 8;

    [Fact]
    public void No_history_oversells_overtakes_or_forgets_anybody() =>
        Gen.Select(Gen.Int[0, 6], Gen.Int[0, 1_000_000].Array[1, 160]).Sample((quantity, history) => Play(quantity, history), iter: 3_000);

    private static void Play(int quantity, int[] history)
    {
        var world = new World(quantity);
        foreach (var number in history)
        {
            world.Step(number % 8, number / 8);
        }

        world.Settle();
    }

    private sealed class World
    {
        private readonly PackageStock stock = new();
        private readonly int?[] wants = new int?[Tenants];
        private readonly Dictionary<int, int> holders = [];
        private readonly Dictionary<int, int> pending = [];
        private readonly HashSet<int> awake = [];
        private int quantity;

        public World(int quantity) => SetQuantity(quantity);

        public void Step(int what, int argument)
        {
            var tenant = argument % Tenants;
            switch (what)
            {
                case 0:
                    wants[tenant] = 1 + (argument / Tenants % 3);
                    awake.Add(tenant);
                    Restate(tenant);
                    break;
                case 1 or 2 when awake.Count > 0:
                    Attempt(awake.Order().ElementAt(argument % awake.Count));
                    break;
                case 3 when pending.Count > 0:
                    Commit(pending.Keys.Order().ElementAt(argument % pending.Count));
                    break;
                case 4 when pending.Count > 0:
                    Fail(pending.Keys.Order().ElementAt(argument % pending.Count));
                    break;
                case 5 when holders.Count > 0:
                    Delete(holders.Keys.Order().ElementAt(argument % holders.Count));
                    break;
                case 6:
                    wants[tenant] = null;
                    awake.Remove(tenant);
                    Restate(tenant);
                    break;
                case 7 when argument % 3 == 0:
                    SetQuantity(argument / 3 % 7);
                    break;
                case 7:
                    Steal();
                    break;
            }

            Wake();
        }

        /// <summary>Lets everybody who is awake go on until nothing moves; then nobody may be waiting while a unit is free.</summary>
        public void Settle()
        {
            for (var round = 0; awake.Count + pending.Count > 0; round++)
            {
                round.Should().BeLessThan(1000, "it must come to rest");
                foreach (var slot in pending.Keys.ToList())
                {
                    Commit(slot);
                }

                foreach (var tenant in awake.ToList())
                {
                    Attempt(tenant);
                }

                Wake();
            }

            var unserved = Enumerable.Range(0, Tenants).Where(tenant => Missing(tenant) > 0).ToList();
            (unserved.Count > 0 && holders.Count < quantity).Should().BeFalse("nobody is lost in line while {0} of {1} are held", holders.Count, quantity);
            stock.Waiting.Should().Be(unserved.Count);
            stock.Held.Should().Be(holders.Count);
        }

        private void Attempt(int tenant)
        {
            if (Missing(tenant) == 0)
            {
                awake.Remove(tenant);
                return;
            }

            var free = quantity - holders.Count - pending.Count;
            var before = Enumerable.Range(0, tenant).Sum(Missing);
            switch (stock.Reserve(Of(tenant)))
            {
                case Reservation.Slot slot:
                    before.Should().BeLessThan(free, "tenant {0} must not overtake", tenant);
                    holders.Should().NotContainKey(slot.Number);
                    pending.Should().NotContainKey(slot.Number);
                    slot.Number.Should().BeLessThan(quantity);
                    pending[slot.Number] = tenant;
                    (holders.Count + pending.Count).Should().BeLessThanOrEqualTo(quantity);
                    break;
                case Reservation.Parked:
                    before.Should().BeGreaterThanOrEqualTo(Math.Max(free, 0), "tenant {0} is refused only when those before it need all", tenant);
                    awake.Remove(tenant);
                    break;
            }
        }

        private void Commit(int slot)
        {
            pending.Remove(slot, out var tenant);
            holders[slot] = tenant;
            stock.Hold(slot, Uid(tenant)).Should().BeNull();
            Restate(tenant);
            if (wants[tenant] is null)
            {
                // The garbage collector takes what a tenant that is gone still holds.
                Delete(slot);
            }
        }

        private void Fail(int slot)
        {
            pending.Remove(slot, out var tenant);
            stock.Unreserve(slot).Should().Be(Of(tenant));
            Retry(tenant);
        }

        // Another process takes a slot that we believed free, or had set aside.
        private void Steal()
        {
            if (Enumerable.Range(0, quantity).Except(holders.Keys).Cast<int?>().FirstOrDefault() is not { } slot || holders.Count + pending.Count(each => each.Key != slot) >= quantity)
            {
                return;
            }

            var tooLate = stock.Hold(slot, "theirs");
            holders[slot] = -1;
            if (pending.Remove(slot, out var tenant))
            {
                tooLate.Should().Be(Of(tenant));
                Retry(tenant);
            }
        }

        private void Delete(int slot)
        {
            holders.Remove(slot, out var tenant);
            stock.Free(slot);
            if (tenant >= 0)
            {
                Restate(tenant);
                if (Missing(tenant) > 0)
                {
                    awake.Add(tenant);
                }
            }
        }

        private void SetQuantity(int next)
        {
            quantity = next;
            stock.Declare(true, next);
        }

        private void Wake()
        {
            foreach (var key in stock.TakeNextInLine())
            {
                var tenant = int.Parse(key.Name);
                Enumerable.Range(0, tenant).Sum(Missing).Should().BeLessThan(quantity - holders.Count - pending.Count, "only those are woken whose turn it is");
                awake.Add(tenant);
            }
        }

        // The pass whose create failed is repeated by itself.
        private void Retry(int tenant)
        {
            Restate(tenant);
            if (wants[tenant] is not null)
            {
                awake.Add(tenant);
            }
        }

        private void Restate(int tenant) => stock.Want(Of(tenant), Math.Max(0, (wants[tenant] ?? 0) - holders.Count(each => each.Value == tenant)));

        private int Missing(int tenant) =>
            Math.Max(0, (wants[tenant] ?? 0) - holders.Count(each => each.Value == tenant) - pending.Count(each => each.Value == tenant));

        private static string Uid(int tenant) => "uid-" + tenant;

        private static Claimant Of(int tenant) => new(A.Noon.UtcDateTime.AddMinutes(tenant), new ObjectKey(A.Account, tenant.ToString()), Uid(tenant));
    }
}
