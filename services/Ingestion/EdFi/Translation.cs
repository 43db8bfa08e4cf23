using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.EdFi;

/// <summary>A row of a canonical file, made of a line; a fault sets it aside.</summary>
internal readonly record struct Translated(int Line, string?[] Values, (string? Column, string Code)? Fault);

/// <summary>Turns an item into rows.</summary>
internal delegate void Translate(EdFiItem item, Output rows);

/// <summary>How the items of one resource become rows of one canonical file. Pure but for findings.</summary>
/// <param name="Columns">Columns that are written, separated by blanks, in the order in which rows give them.</param>
/// <param name="Deleted">Rows that a deleted item's key takes away; null if its key does not tell (then the resource has to be read in full).</param>
internal sealed record Translation(FileSpec Spec, string Resource, string Columns, Translate Rows, Translate? Deleted = null, params string[] Needs)
{
    public string File => EdFiFeed.FileOf(Resource);

    /// <summary>True if the feed holds the resource as something to be recorded, and what it cannot be understood without.</summary>
    public bool IsIn(EdFiFeed feed) => feed.Has(Resource) && !feed.IsReference(Resource) && Needs.All(feed.Has);

    public IEnumerable<Translated> Read(EdFiFeed feed)
    {
        var rows = new Output(this, feed);
        foreach (var line in feed.Lines(Resource))
        {
            rows.Begin(line.Number);
            if (line.Document is { } document)
                Rows(new(document.RootElement), rows);
            else
                rows.Refuse(line.Fault ?? "edfi.line");
            foreach (var row in rows.Made)
                yield return row;
        }
    }

    /// <summary>Rows to be taken away, by the keys of deleted items and by the former keys of those whose key changed; not those that the feed itself states.</summary>
    public IEnumerable<Translated> ReadDeleted(EdFiFeed feed, string suffix, string keys)
    {
        if (Deleted is null)
            yield break;
        var rows = new Output(this, feed) { Status = Output.Gone };
        foreach (var line in feed.Lines(Resource + suffix))
        {
            rows.Begin(line.Number);
            if (line.Document is { } document && new EdFiItem(document.RootElement) is var item && item.Has(keys))
                Deleted(item.Part(keys), rows);
            else
                feed.Findings.Add(EdFiFeed.FileOf(Resource + suffix), line.Number, null, "edfi.delete-without-key");
            foreach (var row in rows.Made)
                yield return row;
        }
    }
}

/// <summary>Takes the rows of one line.</summary>
internal sealed class Output
{
    /// <summary>Status of a row whose record is gone.</summary>
    public const string Gone = "tobedeleted";

    readonly Translation translation;
    readonly int[] at;
    readonly int? status;
    readonly List<Translated> made = [];
    (string? Column, string Code)? fault;

    public Output(Translation translation, EdFiFeed feed)
    {
        this.translation = translation;
        Feed = feed;
        at = [.. translation.Columns.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(c => translation.Spec[c])];
        status = translation.Spec.Find("status");
    }

    public EdFiFeed Feed { get; }
    public int Line { get; private set; }
    public string? Status { get; init; }
    public IReadOnlyList<Translated> Made => made;

    public void Begin(int line)
    {
        Line = line;
        made.Clear();
        fault = null;
    }

    /// <summary>Adds a row; values stand in the order of the translation's columns.</summary>
    public void Add(params ReadOnlySpan<string?> values)
    {
        var row = new string?[translation.Spec.Columns.Count];
        for (var i = 0; i < values.Length; i++)
        {
            row[at[i]] = values[i];
            if (values[i] is { } text && Field.HasControl(text))
                fault ??= (translation.Spec.Columns[at[i]].Name, "csv.control-character");
        }
        if (status is { } column && Status is not null)
            row[column] = Status;
        made.Add(new(Line, row, fault));
        fault = null;
    }

    /// <summary>Sets the next row aside.</summary>
    public void Fault(string? column, string code) => fault ??= (column, code);

    /// <summary>A line that could not be read is a row without values, set aside.</summary>
    public void Refuse(string code)
    {
        Fault(null, code);
        Add();
    }

    public void Warn(string? column, string code) => Feed.Findings.Add(translation.File, Line, column, code);

    public string? Meaning(DescriptorMap map, string? raw, string column) => Feed.Meaning(map, raw, translation.Resource, Line, column) is { Length: > 0 } meaning ? meaning : null;

    /// <summary>A meaning that the row cannot be without: one that is not known sets it aside until the source's list names it.</summary>
    public string? Required(DescriptorMap map, string? raw, string column)
    {
        var meaning = Meaning(map, raw, column);
        if (meaning is null && raw is not null)
            Fault(column, "edfi.descriptor-unmapped-row");
        return meaning;
    }
}
