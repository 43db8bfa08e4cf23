namespace EquityPlatform.Ingestion.Rows;

/// <summary>How much of the input an issue keeps out.</summary>
internal static class Severity
{
    /// <summary>The whole feed changes nothing.</summary>
    public const string BatchRejected = "batchRejected";
    /// <summary>Nothing of this file is applied.</summary>
    public const string FileRejected = "fileRejected";
    /// <summary>This row is set aside; a record that was known before stays as it was.</summary>
    public const string Quarantined = "quarantined";
    /// <summary>The row waits for a row that it refers to.</summary>
    public const string Parked = "parked";
    /// <summary>Accepted, but the source should be mended.</summary>
    public const string Warning = "warning";
}

/// <summary>
/// One finding about what a district sent. Rows are physical lines (the header is line 1). Arguments never carry a value
/// from a file about people: a shifted column would put a name there.
/// </summary>
internal sealed record RowIssue(string File, int? Row, string? Column, string Code, string Severity, string Message, IReadOnlyDictionary<string, string> Arguments);
