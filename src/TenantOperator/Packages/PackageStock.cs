using TenantOperator.Runtime;

namespace TenantOperator.Packages;

/// <summary>What <see cref="PackageStock.Reserve"/> answers.</summary>
internal abstract record Reservation
{
    private Reservation()
    {
    }

    /// <summary>The slot is set aside for the claimant in this process; creating its allocation makes the claim real.</summary>
    internal sealed record Slot(int Number) : Reservation;

    /// <summary>No unit is free. The claimant is parked and will be woken when it is its turn.</summary>
    internal sealed record Parked(int Position, int Held, int Quantity) : Reservation;
}

/// <summary>Who asks for a unit, and since when: first come first served by creation time, then by name.</summary>
internal readonly record struct Claimant(DateTime CreatedAt, ObjectKey Tenant, string Uid)
{
    /// <summary>The order of the line.</summary>
    public static IComparer<Claimant> Order { get; } = Comparer<Claimant>.Create(Compare);

    private static int Compare(Claimant one, Claimant other)
    {
        var order = one.CreatedAt.CompareTo(other.CreatedAt);
        order = order != 0 ? order : string.CompareOrdinal(one.Tenant.ToString(), other.Tenant.ToString());

        // Two Tenants of one name, one after the other within a second, are not one claimant.
        return order != 0 ? order : string.CompareOrdinal(one.Uid, other.Uid);
    }
}

/// <summary>
/// The units of one package as this process sees them: who holds which slot, which slots are set aside for a create that is under way, and who
/// stands in line. It decides nothing for good: a unit is taken only when the API server has accepted the allocation of that name, so two
/// processes with different views can collide but never sell a unit twice. Not safe for concurrent use; <see cref="PackageLedger"/> locks.
/// </summary>
internal sealed class PackageStock
{
    private readonly SortedDictionary<int, string> held = [];
    private readonly Dictionary<int, Claimant> reserved = [];
    private readonly SortedDictionary<Claimant, int> line = new(Claimant.Order);
    private readonly HashSet<ObjectKey> parked = [];
    private int lowestCandidate;
    private int unitsWanted;

    /// <summary>How many units there are; null without a limit.</summary>
    public int? Quantity { get; private set; }

    /// <summary>Whether the package is declared at all.</summary>
    public bool Declared { get; private set; }

    public int Held => held.Count;

    /// <summary>Units held above the declared quantity, after it was lowered.</summary>
    public int Surplus => Quantity is { } quantity ? Math.Max(0, held.Count - quantity) : 0;

    /// <summary>
    /// Claimants for whom nothing is left once those before them are served. Follows from what is held and wished for alone, so that a process that has
    /// just started counts the same as the one before it.
    /// </summary>
    public int Waiting
    {
        get
        {
            var free = FreeUnits();
            if (unitsWanted <= free)
            {
                return 0;
            }

            var served = 0;
            foreach (var missing in line.Values)
            {
                if ((free -= missing) < 0)
                {
                    break;
                }

                served++;
            }

            return line.Count - served;
        }
    }

    public bool IsUnused => !Declared && held.Count == 0 && reserved.Count == 0 && line.Count == 0;

    public void Declare(bool declared, int? quantity)
    {
        Declared = declared;
        Quantity = quantity;
        lowestCandidate = 0;
    }

    /// <summary>
    /// Notes that a slot is held, whoever created it. The holder is the tenant's uid. Returns the claimant whose reservation came too late, to be
    /// put in line again with <see cref="Want"/> if it still wants.
    /// </summary>
    public Claimant? Hold(int slot, string holderUid)
    {
        held[slot] = holderUid;
        return reserved.Remove(slot, out var claimant) && claimant.Uid != holderUid ? claimant : null;
    }

    /// <summary>Notes that a slot's allocation is gone.</summary>
    public void Free(int slot)
    {
        if (held.Remove(slot))
        {
            lowestCandidate = Math.Min(lowestCandidate, slot);
        }
    }

    /// <summary>
    /// Gives back a slot whose allocation could not be created. Returns the claimant it was set aside for, to be put in line again with
    /// <see cref="Want"/> if it still wants: it may have left meanwhile.
    /// </summary>
    public Claimant? Unreserve(int slot)
    {
        if (!reserved.Remove(slot, out var claimant))
        {
            return null;
        }

        lowestCandidate = Math.Min(lowestCandidate, slot);
        return claimant;
    }

    /// <summary>
    /// Puts a tenant into the line for as many units as it does not hold yet; zero takes it out. A slot that is set aside for it counts as held.
    /// </summary>
    public void Want(Claimant claimant, int missing)
    {
        missing -= reserved.Values.Count(claimant.Equals);
        if (missing > 0)
        {
            unitsWanted += missing - line.GetValueOrDefault(claimant);
            line[claimant] = missing;
        }
        else
        {
            LeaveLine(claimant);
            parked.Remove(claimant.Tenant);
        }
    }

    /// <summary>Sets the lowest free slot aside for a claimant, unless those before it need all that is free.</summary>
    public Reservation Reserve(Claimant claimant)
    {
        var free = FreeUnits();
        if (free > 0 && (unitsWanted <= free || UnitsNeededBefore(claimant, free) < free))
        {
            var slot = LowestFreeSlot();
            reserved.Add(slot, claimant);
            parked.Remove(claimant.Tenant);
            if (line.TryGetValue(claimant, out var missing) && missing > 1)
            {
                line[claimant] = missing - 1;
                unitsWanted--;
            }
            else
            {
                LeaveLine(claimant);
            }

            return new Reservation.Slot(slot);
        }

        parked.Add(claimant.Tenant);
        return new Reservation.Parked(PositionOf(claimant), held.Count + reserved.Count, Quantity ?? 0);
    }

    /// <summary>Takes from the parked those whose turn it is now: at most as many as units are free.</summary>
    public IReadOnlyList<ObjectKey> TakeNextInLine()
    {
        var free = FreeUnits();
        if (parked.Count == 0 || free <= 0)
        {
            return [];
        }

        var next = new List<ObjectKey>();
        foreach (var (claimant, missing) in line)
        {
            if (free <= 0)
            {
                break;
            }

            free -= missing;
            if (parked.Remove(claimant.Tenant))
            {
                next.Add(claimant.Tenant);
            }
        }

        return next;
    }

    /// <summary>Those of the first in line who have been told their place.</summary>
    public IEnumerable<(ObjectKey Tenant, int Position)> Front(int count) =>
        line.Keys.Take(count).Select((claimant, index) => (claimant.Tenant, index + 1)).Where(place => parked.Contains(place.Tenant));

    // A unit held in a slot above the quantity still counts, so that lowering the quantity and raising it again never oversells.
    private int FreeUnits() => !Declared ? 0 : Quantity is { } quantity ? quantity - held.Count - reserved.Count : int.MaxValue;

    private void LeaveLine(Claimant claimant)
    {
        if (line.Remove(claimant, out var missing))
        {
            unitsWanted -= missing;
        }
    }

    private int LowestFreeSlot()
    {
        while (held.ContainsKey(lowestCandidate) || reserved.ContainsKey(lowestCandidate))
        {
            lowestCandidate++;
        }

        return lowestCandidate;
    }

    private int UnitsNeededBefore(Claimant claimant, int enough)
    {
        var needed = 0;
        foreach (var (other, missing) in line)
        {
            if (Claimant.Order.Compare(other, claimant) >= 0 || needed >= enough)
            {
                break;
            }

            needed += missing;
        }

        return needed;
    }

    private int PositionOf(Claimant claimant)
    {
        var position = 1;
        foreach (var other in line.Keys)
        {
            if (Claimant.Order.Compare(other, claimant) >= 0)
            {
                break;
            }

            position++;
        }

        return position;
    }
}
