using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Bus;
using EquityPlatform.Contracts.Indicators;
using EquityPlatform.Indicators.Cube;
using EquityPlatform.Indicators.Definitions;
using EquityPlatform.Indicators.Facts;
using Npgsql;

namespace EquityPlatform.Indicators.Lineage;

/// <param name="Number">Null where the school is not known.</param>
internal sealed record LineageRead(bool YearKnown, NumberLineage? Number);

/// <summary>Computes a number again from the facts, with the rows of each student's part: facts, position and rows from one snapshot.</summary>
internal sealed class LineageReader(FactReader facts)
{
    public Task<LineageRead> ReadAsync(string tenant, int schoolYear, IndicatorRule rule, string school, string dimension, string group, CancellationToken cancellation) =>
        facts.InSnapshotAsync(tenant, connection => ReadAsync(connection, tenant, schoolYear, rule, school, dimension, group, cancellation), cancellation);

    static async Task<LineageRead> ReadAsync(NpgsqlConnection connection, string tenant, int schoolYear, IndicatorRule rule, string school, string dimension, string group,
        CancellationToken cancellation)
    {
        var (year, position) = await FactReader.YearAsync(connection, tenant, schoolYear, cancellation);
        var cube = new YearCube(year);
        if (!cube.HasStudents)
            return new(YearKnown: false, null);
        if (!cube.Knows(school))
            return new(YearKnown: true, null);
        var calculation = new YearCalculation(year);
        var place = GroupIndex.OfDimension(dimension);
        var parts = calculation.PartsOf(school)
            .Where(part => rule.IsShare || part.Groups[place] == group)
            .Select(part => (Part: part, Adds: rule.Of(part.Tally)))
            .Where(counted => counted.Adds.Part == Part.Counted)
            .ToList();
        var origins = await Origins.ReadAsync(connection, tenant, schoolYear, [.. parts.Select(counted => counted.Part.Student.Key)], Program(dimension), rule.UsesAttendance, cancellation);
        var students = parts.Select(counted => Student(counted.Part, counted.Adds, inGroup: counted.Part.Groups[place] == group)).ToList();
        var shared = rule.UsesAttendance ? await SharedOrigins.ReadAsync(connection, tenant, schoolYear, year, calculation, [.. parts.SelectMany(p => p.Part.Spans).Select(span => span.School).Distinct()], cancellation) : [];
        return new(YearKnown: true, new(cube.Cell(rule, school, dimension, group), new Dictionary<string, long> { ["ingestion"] = position.Ingestion }, students, shared));

        StudentLineage Student(StudentPart part, Contribution adds, bool inGroup)
        {
            var numerator = inGroup ? adds.Numerator : 0;
            return new(part.Student.Key, numerator > 0, numerator, adds.Denominator, RowsOf(part));
        }

        IReadOnlyList<RowOrigin> RowsOf(StudentPart part)
        {
            var of = origins[part.Student.Key];
            var rows = of.Enrollments.Where(row => part.Spans.Any(span => span.School == row.School)).SelectMany(row => row.Rows);
            if (dimension is StudentGroups.RaceEthnicity or StudentGroups.Gender)
                rows = rows.Concat(of.Demographics);
            rows = rows.Concat(of.Programs);
            var attendance = of.Attendance.Where(row => calculation.Counts(part, new(row.School, row.Day, 0))).Select(row => row.Row);
            return [.. rows.Concat(attendance).Distinct().OrderBy(row => row.File, StringComparer.Ordinal).ThenBy(row => row.Row)];
        }
    }

    static string? Program(string dimension) => dimension switch
    {
        StudentGroups.EnglishLearner => "englishLearner",
        StudentGroups.Disability => "iep",
        StudentGroups.EconomicDisadvantage => "economicallyDisadvantaged",
        _ => null,
    };
}
