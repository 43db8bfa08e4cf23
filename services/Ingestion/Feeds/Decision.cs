using EquityPlatform.Ingestion.SetAside;

namespace EquityPlatform.Ingestion.Feeds;

/// <summary>
/// What was decided about a feed. It is kept with the feed in the transaction that makes it so, and the worker writes it into the log before anything follows from it: whoever
/// dies in between, one decision counts and the log says who made it.
/// </summary>
/// <param name="Step">One of the constants; also makes the event's id.</param>
/// <param name="Id">Tells a decision from earlier ones about the same feed.</param>
/// <param name="Corrected">Of a replay that a person's correction asked for.</param>
/// <param name="Relink">Of a release: students with new ids are linked to those whom their numbers name.</param>
internal sealed record Decision(string Step, string By, string? Correlation, string? Reason = null, RowCorrected? Corrected = null, Guid? Id = null, bool Relink = false)
{
    public const string Released = "released";
    public const string Refused = "refused";
    /// <summary>A later feed was applied that says something about the same files.</summary>
    public const string Superseded = "superseded";
    public const string RowsCorrected = "corrected";
    /// <summary>Of a feed that the service could not finish.</summary>
    public const string TriedAgain = "tried-again";
    /// <summary>Of a feed that the service could not finish and that is recorded in part.</summary>
    public const string GivenUp = "given-up";

    /// <summary>Makes the id of the event that writes it into the log.</summary>
    public string EventStep => Id is { } id ? $"{Step} {id:N}" : Step;

    /// <summary>A person's decision.</summary>
    public static Decision Now(string step, string by, string? correlation, string reason, bool relink = false) => new(step, by, correlation, reason.Trim(), Id: Guid.NewGuid(), Relink: relink);
}
