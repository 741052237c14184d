using System.Collections;

namespace TenantOperator.Emulators;

/// <summary>A thing that the platform knows by an id of its own.</summary>
public interface IRow
{
    /// <summary>The platform's id.</summary>
    string Id { get; }
}

/// <summary>Rows by id, in the order in which they were added. Never changes: each change gives a new table.</summary>
public sealed class Table<T> : IReadOnlyCollection<T>
    where T : class, IRow
{
    private readonly ImmutableDictionary<string, long> _places;
    private readonly ImmutableSortedDictionary<long, T> _rows;
    private readonly long _next;

    /// <summary>Without rows.</summary>
    public Table()
        : this(ImmutableDictionary.Create<string, long>(StringComparer.Ordinal), ImmutableSortedDictionary<long, T>.Empty, 0)
    {
    }

    private Table(ImmutableDictionary<string, long> places, ImmutableSortedDictionary<long, T> rows, long next)
    {
        _places = places;
        _rows = rows;
        _next = next;
    }

    /// <inheritdoc/>
    public int Count => _rows.Count;

    /// <summary>The row with this id.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public T this[string id] => Find(id) ?? throw new KeyNotFoundException($"There is no {typeof(T).Name} with the id {id}.");

    /// <summary>The row with this id, or null.</summary>
    public T? Find(string? id) => id is not null && _places.TryGetValue(id, out var place) ? _rows[place] : null;

    /// <summary>With the row in its old place, or at the end when its id is new.</summary>
    public Table<T> With(T row) => _places.TryGetValue(row.Id, out var place)
        ? new(_places, _rows.SetItem(place, row), _next)
        : new(_places.Add(row.Id, _next), _rows.Add(_next, row), _next + 1);

    /// <summary>With one row changed.</summary>
    /// <exception cref="KeyNotFoundException">There is no row with this id.</exception>
    public Table<T> With(string id, Func<T, T> change) => With(change(this[id]));

    /// <summary>Without the row; the same table when there is none.</summary>
    public Table<T> Without(string id) =>
        _places.TryGetValue(id, out var place) ? new(_places.Remove(id), _rows.Remove(place), _next) : this;

    /// <summary>Without the rows of which something holds.</summary>
    public Table<T> Without(Func<T, bool> which) => this.Where(which).ToList().Aggregate(this, (table, row) => table.Without(row.Id));

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => _rows.Values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
