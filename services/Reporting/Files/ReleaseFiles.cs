using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EquityPlatform.Contracts.Indicators;
using EquityPlatform.Contracts.Reporting;
using EquityPlatform.Hosting;
using EquityPlatform.Reporting.Disclosure;

namespace EquityPlatform.Reporting.Files;

/// <summary>A file as it is frozen.</summary>
internal sealed record FrozenFile(string Name, string MediaType, byte[] Content)
{
    public ReleaseFile Describe() => new(Name, MediaType, Content.LongLength, Convert.ToHexStringLower(SHA256.HashData(Content)));
}

/// <summary>Everything of a release that is kept: manifest, cells and files. Made from controlled cells only.</summary>
internal sealed record FrozenRelease(ReleaseManifest Manifest, ReleaseData Data, IReadOnlyList<FrozenFile> Files);

/// <summary>Makes the files of a release from one list of cells, so that no format can say more than another.</summary>
internal static class ReleaseFiles
{
    public const string Json = "data.json";
    public const string Csv = "data.csv";
    const string Format = "equity-release/1";

    public static readonly JsonSerializerOptions JsonOptions = new(JsonSerializerDefaults.Web);

    public static FrozenRelease Freeze(Guid releaseId, string tenant, int schoolYear, DateTimeOffset now, SourceValues source, ControlledCells controlled)
    {
        var positions = new SortedDictionary<string, long>(source.Positions.ToDictionary(), StringComparer.Ordinal);
        string[] derived = [.. source.Derived.Order(StringComparer.Ordinal)];
        IndicatorDefinition[] definitions = [.. source.Definitions.OrderBy(d => d.Code, StringComparer.Ordinal)
            .Select(d => d with { Parameters = new SortedDictionary<string, string>(d.Parameters.ToDictionary(), StringComparer.Ordinal) })];
        var schools = Schools(controlled.Cells, source.SchoolNames);
        ReleasedCell[] cells = [.. controlled.Cells.Select(cell => Release(releaseId, cell))];
        var data = new ReleaseData(Format, releaseId, tenant, schoolYear, positions, source.DataAsOf, derived, definitions, schools, controlled.MergedRaceGroups, DisclosureRules.Published, cells);
        FrozenFile[] files =
        [
            new(Json, "application/json", JsonSerializer.SerializeToUtf8Bytes(data, JsonOptions)),
            new(Csv, "text/csv; charset=utf-8", Encoding.UTF8.GetBytes(CsvText(data))),
        ];
        var counts = new SortedDictionary<string, int>(cells.CountBy(c => c.State).ToDictionary(), StringComparer.Ordinal);
        var manifest = new ReleaseManifest(now, positions, source.DataAsOf, derived, definitions, schools, controlled.MergedRaceGroups, DisclosureRules.Published, counts, [.. files.Select(f => f.Describe())]);
        return new(manifest, data, files);
    }

    static ReleasedCell Release(Guid releaseId, IndicatorCell cell) => new(cell.Indicator, cell.Version, cell.School, cell.Dimension, cell.Group, cell.State,
        cell.Numerator, cell.Denominator, cell.Students, cell.Rate, cell.Low, cell.High, cell.Numerator is null ? null : ReceiptCode.Of(releaseId, cell));

    static ReleasedSchool[] Schools(IReadOnlyList<IndicatorCell> cells, IReadOnlyDictionary<string, string> names) =>
        [.. cells.Select(c => c.School).Distinct(StringComparer.Ordinal)
            .OrderBy(s => s != SourceTables.District).ThenBy(s => s, StringComparer.Ordinal)
            .Select(s => new ReleasedSchool(s, names.GetValueOrDefault(s, s)))];

    static string CsvText(ReleaseData data)
    {
        var names = data.Schools.ToDictionary(s => s.School, s => s.Name, StringComparer.Ordinal);
        var text = new StringBuilder();
        CsvLine.Append(text, "release", "school_year", "indicator", "version", "school", "school_name", "dimension", "group", "state", "numerator", "denominator", "students", "rate", "low", "high", "receipt");
        foreach (var c in data.Cells)
            CsvLine.Append(text, data.ReleaseId.ToString("D"), Number(data.SchoolYear), c.Indicator, Number(c.Version), c.School, names[c.School], c.Dimension, c.Group, c.State,
                Number(c.Numerator), Number(c.Denominator), Number(c.Students), Fraction(c.Rate), Fraction(c.Low), Fraction(c.High), c.Receipt);
        return text.ToString();
    }

    static string? Number(long? value) => value?.ToString(CultureInfo.InvariantCulture);

    static string? Fraction(double? value) => value?.ToString("R", CultureInfo.InvariantCulture);
}
