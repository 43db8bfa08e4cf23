namespace EquityPlatform.Ingestion.Rows;

/// <summary>Equal findings about one file, counted. Schools are as rows name them: a shifted column may put a name there, so only known ones may leave.</summary>
internal sealed class FindingTally(string file, string code, string severity)
{
    /// <summary>More schools than any district has; a column that holds something else is not collected.</summary>
    const int MostSchools = 5_000;

    public string File { get; } = file;
    public string Code { get; } = code;
    public string Severity { get; } = severity;
    public int Count { get; set; }
    public SortedSet<string> Columns { get; } = new(StringComparer.Ordinal);
    public Dictionary<string, int> Schools { get; } = new(StringComparer.Ordinal);

    public void Add(int count, string? column, Row? row)
    {
        Count += count;
        if (column is not null)
            Columns.Add(column);
        foreach (var school in row?.Schools ?? [])
            if (Schools.Count < MostSchools || Schools.ContainsKey(school))
                Schools[school] = Schools.GetValueOrDefault(school) + 1;
    }
}
