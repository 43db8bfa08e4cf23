namespace EquityPlatform.Ingestion.Rows;

/// <summary>What a table says beside its rows.</summary>
internal enum Completeness
{
    /// <summary>States facts; what it leaves out stays (side files).</summary>
    Facts,
    /// <summary>The complete set of its kind: what it no longer holds is gone.</summary>
    Complete,
    /// <summary>Changes since the last feed, with <c>status</c> and <c>dateLastModified</c>.</summary>
    Changes,
}

/// <summary>
/// Rows in the columns of a <see cref="FileSpec"/>, wherever they came from: a CSV file, a file read through a mapping, an Ed-Fi resource. The readers
/// see nothing else. Rows are read anew on every enumeration and never all kept; what became of each is one byte in <see cref="Fates"/>.
/// </summary>
/// <param name="file">Name that findings and provenance give, if it is not the name of the specification.</param>
internal abstract class Table(FileSpec spec, string? file = null)
{
    public FileSpec Spec { get; } = spec;
    public string File { get; } = file ?? spec.Name;
    public Completeness Completeness { get; set; }

    /// <summary>Which number its rows name students by (<c>state</c>, <c>district</c>, <c>local</c>); null for the id of the source's roster.</summary>
    public string? Identifier { get; set; }
    /// <summary>The feed that brought the rows, if it was an earlier one.</summary>
    public Guid? Feed { get; init; }

    public RowFates Fates { get; } = new();

    /// <summary>Every row in physical order, set-aside ones too; numbered from 0 and the same on every enumeration.</summary>
    public abstract IEnumerable<Row> Rows { get; }

    /// <summary>The same rows with some columns only, where that is cheaper to read.</summary>
    public virtual IEnumerable<Row> Only(params IReadOnlyCollection<int> columns) => Rows;

    /// <summary>Rows that readers look at.</summary>
    public IEnumerable<Row> Kept => Rows.Where(row => row.IsKept && !row.IsDelete);
}

/// <summary>A table whose rows lie in memory: small ones, and rows that were set aside and are read again.</summary>
internal sealed class MemoryTable(FileSpec spec, string? file, IReadOnlyList<(int Line, string?[] Values)> rows) : Table(spec, file)
{
    public override IEnumerable<Row> Rows => rows.Select((row, n) => new Row(this, n, row.Line, row.Values));
}
