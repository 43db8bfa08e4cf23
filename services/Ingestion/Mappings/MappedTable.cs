using System.Globalization;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.Ingestion.Packages;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Mappings;

/// <summary>Rows of a plain file, mapped to one canonical file. Rows keep the name of the file and the line that they came from.</summary>
internal sealed class MappedTable(FileSpec spec, Table source, MapRow map, IssueLog issues) : Table(spec, source.File)
{
    public override IEnumerable<Row> Rows
    {
        get
        {
            var n = 0;
            foreach (var from in source.Rows)
            {
                if (!from.IsKept)
                {
                    // What is wrong with it was said when the file was read; here it only counts
                    yield return new Row(this, n++, from.Line, new string?[Spec.Columns.Count]) { Fate = from.Fate };
                    continue;
                }
                foreach (var mapped in map.Of(from))
                {
                    var row = new Row(this, n++, from.Line, mapped.Values);
                    if (mapped.Undecided is { } column && row.IsKept)
                        issues.Quarantine(File, row, column, "mapping.code-unknown");
                    yield return row;
                }
            }
        }
    }
}

/// <summary>Opens a plain file through its mapping: one table for each kind of fact that its rows hold.</summary>
internal static class PlainFiles
{
    public static IReadOnlyList<ReadFile> Open(string file, PackageFile content, FileMapping mapping, IssueLog issues, bool backslash = false)
    {
        var columns = CheckMapping.ColumnsOf(mapping);
        var spec = FileSpec.Plain(file, columns, mapping.Form.Header);
        Table? source = mapping.Form.Widths is { } widths ? FixedTable.Read(spec, content.Bytes(), widths, issues) : CsvTable.Read(spec, content, issues, backslash);
        if (source is null)
            return [.. mapping.Tables.Select(t => MapRow.Find(t.Table)!).Distinct().Select(target => new ReadFile(target, null) { Mapping = mapping.Name, Rejected = file })];
        var maps = mapping.Tables.Select(t => (Table: t, Map: new MapRow(t, mapping.Nulls, column => spec[column]))).ToList();
        var silent = source.Rows.Count(row => row.IsKept && maps.TrueForAll(m => !m.Map.Of(row).Any()));
        if (silent > 0)
            issues.Warn(file, null, null, "mapping.no-record", ("count", silent.ToString(CultureInfo.InvariantCulture)));
        return [.. maps.Select(m => new ReadFile(m.Map.Target, new MappedTable(m.Map.Target, source, m.Map, issues) { Identifier = m.Table.Identifier }) { Mapping = mapping.Name })];
    }
}
