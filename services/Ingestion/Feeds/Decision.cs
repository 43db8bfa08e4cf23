using EquityPlatform.Ingestion.SetAside;

namespace EquityPlatform.Ingestion.Feeds;

/// <summary>
/// What was decided about a feed. It is kept with the feed in the transaction that makes it so, and the worker writes it into the log before anything follows from it: whoever
/// dies in between, one decision counts and the log says who made it.
/// </summary>
/// <param name="Step">One of the constants; also makes the event's id.</param>
/// <param name="Corrected">Of a replay that a person's correction asked for.</param>
internal sealed record Decision(string Step, string By, string? Correlation, string? Reason = null, RowCorrected? Corrected = null)
{
    public const string Released = "released";
    public const string Refused = "refused";
    /// <summary>A later feed was applied that says something about the same files.</summary>
    public const string Superseded = "superseded";
    public const string RowsCorrected = "corrected";
}
