using System.Diagnostics;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.EventSourcing.Faults;
using EquityPlatform.Hosting;
using EquityPlatform.Ingestion.Feeds;

namespace EquityPlatform.Ingestion.SetAside;

/// <summary>Rows that a feed set aside: which they are, and columns corrected in place. What a row holds is not shown: the source system knows it.</summary>
internal static class CorrectRow
{
    public static void MapSetAsideRows(this IEndpointRouteBuilder api)
    {
        api.MapGet("/feeds/{id:guid}/rows", ListAsync).RequireRoles(Roles.DataSteward, Roles.Operator, Roles.Auditor).Produces<SetAsideRowList>()
            .WithSummary("Rows of a feed that were set aside or wait for what they refer to: place, state and code.");
        api.MapPost("/feeds/{id:guid}/rows", CorrectAsync).RequireRoles(Roles.DataSteward).Produces<Feed>(StatusCodes.Status202Accepted)
            .WithSummary("Corrects columns of a row that was set aside; it is read again at once, as a feed of its own.");
    }

    static async Task<IResult> ListAsync(Guid id, Caller caller, FeedRows feeds, SetAsideRows rows, CancellationToken cancellation) =>
        await feeds.FindAsync(caller.Tenant, id, cancellation) is null ? ReadFeeds.Unknown() : TypedResults.Ok(new SetAsideRowList(await rows.ListAsync(caller.Tenant, id, cancellation)));

    static async Task<IResult> CorrectAsync(Guid id, RowCorrection ask, Caller caller, FeedRows feeds, SetAsideRows rows, TenantDatabase database, FeedWork work, FeedSignal signal, CancellationToken cancellation)
    {
        if (await feeds.FindAsync(caller.Tenant, id, cancellation) is not { } feed)
            return ReadFeeds.Unknown();
        if (ask.CorrectionId == Guid.Empty || ask.Values.Count == 0)
            return Problems.Result(StatusCodes.Status422UnprocessableEntity, "row.no-correction", "Give the correction an id and at least one column.");
        if (ask.Values.Values.Any(v => v is not null && Rows.Field.LooksLikeSsn(v.Trim())))
            return Problems.Result(StatusCodes.Status422UnprocessableEntity, "ssn.value", "A field looks like a Social Security number; it was not stored.");
        if (await feeds.FindAsync(caller.Tenant, ask.CorrectionId, cancellation) is null)
        {
            // Who corrected what goes with the correction, in one transaction, into the feed that reads the row again; that writes it into the log first
            await using var session = await database.OpenAsync(caller.Tenant, cancellation);
            switch (await rows.CorrectAsync(session, id, ask.File, ask.Row, ask.Values, cancellation))
            {
                case null:
                    return Problems.Result(StatusCodes.Status404NotFound, "row.unknown", "There is no such row; perhaps it was read in the meantime, or is too old.");
                case { Count: > 0 }:
                    return Problems.Result(StatusCodes.Status422UnprocessableEntity, "row.column-unknown", "The file has no such column, or it is not read.");
            }
            var (correlation, corrected) = (Activity.Current?.TraceId.ToString(), new RowCorrected(id, ask.File, ask.Row, [.. ask.Values.Keys.Order(StringComparer.Ordinal)]));
            await work.QueueReplayAsync(session, ask.CorrectionId, feed.Source, caller.User, correlation, new(Decision.RowsCorrected, caller.User, correlation, Corrected: corrected), cancellation);
            await session.CommitAsync(cancellation);
            FaultPoint.Reached("row.corrected", feed.Source);
            signal.Wake();
        }
        return TypedResults.Accepted($"/api/ingestion/v1/feeds/{ask.CorrectionId}", await feeds.FindAsync(caller.Tenant, ask.CorrectionId, cancellation));
    }
}
