using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Indicators;
using EquityPlatform.Contracts.Reporting;

namespace EquityPlatform.Reporting.Disclosure;

/// <summary>
/// Race and ethnicity groups with fewer than ten students in the whole district are counted together, the smallest first,
/// until the group so made has ten: better one honest row than a table that must be hidden in full.
/// </summary>
internal static class RaceMerging
{
    /// <summary>Cells with the small groups replaced by the group <c>merged</c>, and which groups those were (in district order).</summary>
    public static (IReadOnlyCollection<IndicatorCell> Cells, IReadOnlyList<string> Merged) Apply(IReadOnlyCollection<IndicatorDefinition> definitions, IReadOnlyCollection<IndicatorCell> cells)
    {
        var merged = GroupsToMerge(SourceTables.From(definitions, cells));
        if (merged.Count == 0)
            return (cells, []);
        var days = definitions.Where(d => DisclosureRules.MeasureOf(d) == Measure.Days).Select(d => d.Code).ToHashSet(StringComparer.Ordinal);
        bool Goes(IndicatorCell cell) => cell.Dimension == StudentGroups.RaceEthnicity && merged.Contains(cell.Group);
        var together = cells.Where(Goes)
            .GroupBy(c => (c.Indicator, c.Version, c.SchoolYear, c.School))
            .Select(group => Together([.. group], days.Contains(group.Key.Indicator)));
        return ([.. cells.Where(c => !Goes(c)), .. together],
            [.. StudentGroups.Groups[StudentGroups.RaceEthnicity].Where(merged.Contains)]);
    }

    static HashSet<string> GroupsToMerge(SourceTables tables)
    {
        HashSet<string> merged = [];
        if (tables.Partitions.FirstOrDefault(p => p.Code == StudentGroups.RaceEthnicity) is not { } races)
            return merged;
        bool TooSmall(IEnumerable<int> columns) => tables.Grids.Any(grid =>
            DisclosureRules.GroupTooSmall(columns.Aggregate(default(Amount), (sum, column) => sum + grid.Amounts[0, column])));
        var waiting = races.Columns
            .Select(column => (Column: column, Size: tables.Grids.Max(grid => grid.Amounts[0, column].Students)))
            .Where(x => x.Size > 0)
            .OrderBy(x => !TooSmall([x.Column])).ThenBy(x => x.Size).ThenBy(x => x.Column)
            .Select(x => x.Column).ToList();
        List<int> taken = [.. waiting.TakeWhile(column => TooSmall([column]))];
        foreach (var next in waiting.Skip(taken.Count))
        {
            if (!TooSmall(taken))
                break;
            taken.Add(next);
        }
        if (taken.Count > 1)
            merged.UnionWith(taken.Select(column => races.Groups[column - races.First]));
        return merged;
    }

    static IndicatorCell Together(IReadOnlyList<IndicatorCell> parts, bool days)
    {
        var known = parts.Where(p => p.Numerator is not null && p.Denominator is not null).ToList();
        var first = parts[0] with { Group = ReleasedGroups.Merged, Unknown = parts.Sum(p => p.Unknown) };
        if (known.Count == 0)
            return first with { State = parts.Any(p => p.State == ValueState.Missing) ? ValueState.Missing : parts[0].State, Numerator = null, Denominator = null, Students = null, Rate = null, Low = null, High = null };
        // Enrolment states the whole school as denominator in every group, so it is not summed
        var shares = first.Indicator == "enrollment";
        var numerator = known.Sum(p => p.Numerator ?? 0);
        var denominator = shares ? known[0].Denominator ?? 0 : known.Sum(p => p.Denominator ?? 0);
        var students = shares ? known[0].Students : known.All(p => p.Students is null) ? null : known.Sum(p => p.Students);
        var (low, high) = days || denominator == 0 ? (null, null) : Wilson(numerator, denominator);
        return first with
        {
            State = numerator == 0 ? ValueState.Zero : ValueState.Value,
            Numerator = numerator,
            Denominator = denominator,
            Students = students,
            Rate = denominator == 0 ? null : (double)numerator / denominator,
            Low = low,
            High = high,
        };
    }

    /// <summary>Wilson score interval at 95 %, for counts of students only (days of one student are not independent).</summary>
    internal static (double? Low, double? High) Wilson(long successes, long n)
    {
        const double z = 1.959963984540054;
        double p = (double)successes / n, zz = z * z;
        var centre = p + zz / (2 * n);
        var half = z * Math.Sqrt(p * (1 - p) / n + zz / (4.0 * n * n));
        var scale = 1 + zz / n;
        return (successes == 0 ? 0 : (centre - half) / scale, successes == n ? 1 : (centre + half) / scale);
    }
}
