using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.SetAside;

/// <summary>A row that was set aside or waits, with its values opened.</summary>
/// <param name="Feed">The feed that brought it; its place there stays its provenance.</param>
/// <param name="Changes">It came in a file of changes.</param>
/// <param name="Target">What it waits for.</param>
/// <param name="Identifier">Which number of a student the row names, as its file was read then.</param>
/// <param name="Data">As it is stored: tells whether somebody corrected it in the meantime.</param>
internal sealed record SetAsideRow(Guid Feed, string Spec, string File, int Row, bool Changes, (RecordKind Kind, Guid Key)? Target, IReadOnlyDictionary<string, string> Values, byte[] Data, string? Identifier = null);

/// <summary>A person corrected columns of a row that was set aside. Which, never what they hold.</summary>
internal sealed record RowCorrected(Guid FeedId, string File, int Row, IReadOnlyList<string> Columns);

/// <summary>Rows of one earlier feed and file, read again by the same readers.</summary>
internal sealed class SetAsideTable : Table
{
    readonly IReadOnlyList<(int Line, string?[] Values)> rows;

    public SetAsideTable(FileSpec spec, IReadOnlyList<SetAsideRow> rows) : base(spec, rows[0].File)
    {
        Origins = rows;
        Feed = rows[0].Feed;
        Identifier = rows[0].Identifier;
        // They say nothing about completeness any more
        Completeness = rows[0].Changes ? Completeness.Changes : Completeness.Facts;
        this.rows = [.. rows.Select(r => (r.Row, (string?[])[.. spec.Columns.Select(c => r.Values.GetValueOrDefault(c.Name))]))];
    }

    public IReadOnlyList<SetAsideRow> Origins { get; }

    public override IEnumerable<Row> Rows => rows.Select((row, n) => new Row(this, n, row.Line, row.Values));
}
