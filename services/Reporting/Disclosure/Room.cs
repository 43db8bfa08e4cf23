namespace EquityPlatform.Reporting.Disclosure;

/// <summary>A hidden cell as an edge between its row node and its column node.</summary>
/// <param name="Value">True value.</param>
/// <param name="Most">The most it could be, for all a reader can know.</param>
internal readonly record struct HiddenCell(int Row, int Column, long Value, long Most);

/// <summary>
/// How far a hidden cell could be from the truth with every published sum unchanged: other tables exist that fit what is
/// shown, found by moving units around a ring of hidden cells. The sum of both directions is the width of the reader's
/// best bounds on the cell (integral, for the sums form a network).
/// </summary>
/// <param name="nodes">Row and column nodes together; a node keeps the sum of its cells.</param>
internal sealed class Room(IReadOnlyList<HiddenCell> cells, int nodes)
{
    readonly List<int>[] at = Edges(cells, nodes);

    /// <summary>Room of one cell up and down together, counted up to <paramref name="wanted"/>.</summary>
    public long Of(int cell, long wanted)
    {
        var up = Shift(cell, wanted, +1);
        return up >= wanted ? up : up + Shift(cell, wanted - up, -1);
    }

    /// <summary>Most units by which the cell can grow (or shrink) while other cells take up the difference.</summary>
    long Shift(int cell, long wanted, int sign)
    {
        var values = cells.Select(c => c.Value).ToArray();
        var (from, to) = sign > 0 ? (cells[cell].Column, cells[cell].Row) : (cells[cell].Row, cells[cell].Column);
        var own = sign > 0 ? cells[cell].Most - cells[cell].Value : cells[cell].Value;
        var total = 0L;
        while (total < wanted && total < own && Path(values, cell, from, to) is { } path)
        {
            var step = Math.Min(Math.Min(wanted, own) - total, path.Min(edge => Capacity(values, edge)));
            foreach (var edge in path)
                values[edge.Cell] += edge.Grows ? step : -step;
            total += step;
        }
        return total;
    }

    long Capacity(long[] values, (int Cell, bool Grows) edge) => edge.Grows ? cells[edge.Cell].Most - values[edge.Cell] : values[edge.Cell];

    /// <summary>Shortest way from node to node: row to column by a cell that grows, column to row by one that shrinks.</summary>
    List<(int Cell, bool Grows)>? Path(long[] values, int without, int from, int to)
    {
        var ways = new List<(int Cell, bool Grows)>?[nodes];
        ways[from] = [];
        Queue<int> queue = new([from]);
        while (queue.TryDequeue(out var node) && ways[node] is { } way)
            foreach (var cell in at[node])
            {
                var grows = cells[cell].Row == node;
                var next = grows ? cells[cell].Column : cells[cell].Row;
                if (cell == without || ways[next] is not null || Capacity(values, (cell, grows)) <= 0)
                    continue;
                List<(int, bool)> longer = [.. way, (cell, grows)];
                if (next == to)
                    return longer;
                ways[next] = longer;
                queue.Enqueue(next);
            }
        return null;
    }

    static List<int>[] Edges(IReadOnlyList<HiddenCell> cells, int nodes)
    {
        var at = Enumerable.Range(0, nodes).Select(_ => new List<int>()).ToArray();
        for (var i = 0; i < cells.Count; i++)
        {
            at[cells[i].Row].Add(i);
            at[cells[i].Column].Add(i);
        }
        return at;
    }
}
