using EquityPlatform.Ingestion.Roster;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.EdFi;

/// <summary>One resource of an Ed-Fi package in the columns of a canonical file; translated anew on every enumeration.</summary>
internal sealed class EdFiTable : Table
{
    readonly Func<IEnumerable<Translated>> translate;

    EdFiTable(FileSpec spec, string file, Completeness completeness, Func<IEnumerable<Translated>> translate) : base(spec, file) =>
        (this.translate, Completeness) = (translate, completeness);

    public override IEnumerable<Row> Rows => translate().Select((row, n) => new Row(this, n, row.Line, row.Values));

    /// <summary>Takes away what deleted items stated, in files that have no status of their own; those of the roster know theirs.</summary>
    public void Take(Reading reading)
    {
        if (FileSpecs.Roster.Contains(Spec) || Completeness != Completeness.Changes)
            return;
        foreach (var row in Rows)
            if (row is { IsKept: true, IsDelete: true } && Spec.KeyOf(row) is { } key)
                reading.Delete(this, key, row);
    }

    /// <summary>All tables of a package. What could not be translated is set aside or told of once, here.</summary>
    public static IReadOnlyList<Table> Of(EdFiFeed feed, IssueLog issues)
    {
        var tables = new List<Table>();
        var programs = new OneProgram(feed.Findings);
        foreach (var translation in EdFiResources.Translations.Where(t => t.IsIn(feed)))
        {
            tables.Add(Open(translation, translation.File, EdFiResources.Completeness(translation.Spec, feed), feed, () => translation.Read(feed), issues, programs));
            foreach (var (suffix, keys) in EdFiResources.Gone)
                if (feed.Has(translation.Resource + suffix))
                    tables.Add(Open(translation, EdFiFeed.FileOf(translation.Resource + suffix), Completeness.Changes, feed, () => Gone(translation, feed, suffix, keys), issues, programs));
        }
        feed.Findings.Listens = false;
        return tables;
    }

    static EdFiTable Open(Translation translation, string file, Completeness completeness, EdFiFeed feed, Func<IEnumerable<Translated>> translate, IssueLog issues, OneProgram programs)
    {
        var table = new EdFiTable(translation.Spec, file, completeness, translate);
        var status = translation.Spec.Find("status");
        var n = 0;
        foreach (var made in translate())
        {
            var row = new Row(table, n++, made.Line, made.Values);
            if (made.Fault is { } fault)
                issues.Quarantine(file, row, fault.Column, fault.Code);
            else if (status is { } column && made.Values[column] == Output.Gone)
                row.MarkDelete();
            else if (translation.Spec == FileSpecs.Programs)
                programs.Settle(table, row);
        }
        feed.Findings.Tell(file, issues);
        return table;
    }

    /// <summary>A record that the feed states is there, whatever else was deleted: two items may be one record (a program at the school and at the district).</summary>
    static IEnumerable<Translated> Gone(Translation translation, EdFiFeed feed, string suffix, string keys)
    {
        if (translation.Deleted is null)
        {
            foreach (var line in feed.Lines(translation.Resource + suffix))
                feed.Findings.Add(EdFiFeed.FileOf(translation.Resource + suffix), line.Number, null, "edfi.delete-not-applied");
            return [];
        }
        return translation.ReadDeleted(feed, suffix, keys).Where(row => !feed.Stated(translation.Spec).Contains(EdFiResources.KeyOf(translation.Spec, row.Values)));
    }
}

/// <summary>
/// Several items may state a program: at the school and at the district, by an association and by a characteristic. Associations count before characteristics; of two from
/// one day on, the one that lasts longest. Several periods of one resource are several periods.
/// </summary>
internal sealed class OneProgram(Findings findings)
{
    static readonly int User = FileSpecs.Programs["userSourcedId"], Program = FileSpecs.Programs["program"], Begin = FileSpecs.Programs["beginDate"], End = FileSpecs.Programs["endDate"];

    readonly Dictionary<(string?, string?), (Row Row, Table Table)> first = [];

    public void Settle(Table table, Row row)
    {
        var key = (row[User], row[Program]);
        if (first.TryAdd(key, (row, table)))
            return;
        var known = first[key];
        if (known.Table == table && known.Row[Begin] != row[Begin])
            return;
        var wins = known.Table == table && string.CompareOrdinal(row[End] ?? "9999", known.Row[End] ?? "9999") > 0;
        if (wins)
            first[key] = (row, table);
        (wins ? known.Row : row).Fate = RowFate.Repeated;
        findings.Add(table.File, row.Line, null, "edfi.program-repeated");
    }
}
