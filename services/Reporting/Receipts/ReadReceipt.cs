using EquityPlatform.Contracts.Reporting;
using EquityPlatform.EventSourcing;
using EquityPlatform.Reporting.Files;
using EquityPlatform.Reporting.Releases;
using EquityPlatform.ServiceHost;
using Npgsql;

namespace EquityPlatform.Reporting.Receipts;

/// <summary>Finds receipts by code.</summary>
internal sealed class ReceiptBook(NpgsqlDataSource database, FrozenReleases releases)
{
    public static readonly Refusal Unknown = Refusal.Absent("receipt.unknown", "There is no receipt with this code.");

    public async Task<NumberReceipt?> FindAsync(string text, CancellationToken cancellation)
    {
        if (ReceiptCode.Read(text) is not { } code || await ReleaseOfAsync(code, cancellation) is not { } releaseId)
            return null;
        if (await releases.PublishedAsync(releaseId, null, cancellation) is not { Manifest: { } manifest } || await releases.DataAsync(releaseId, cancellation) is not { } data)
            return null;
        var cell = data.Cells.First(c => c.Receipt == code);
        return new(code, releaseId, data.Tenant, data.SchoolYear, manifest.PublishedAt, data.Definitions.First(d => d.Code == cell.Indicator && d.Version == cell.Version), cell,
            data.Schools.First(s => s.School == cell.School).Name, cell.Group == ReleasedGroups.Merged ? data.MergedRaceGroups : [], data.Positions, data.DataAsOf, data.Derived, manifest.Files);
    }

    async Task<Guid?> ReleaseOfAsync(string code, CancellationToken cancellation)
    {
        await using var batch = PublicId.Batch(database, code, new NpgsqlBatchCommand("select release_id from release_receipt where code = $1") { Parameters = { new() { Value = code } } });
        await using var reader = await TenantTransaction.ReadAsync(batch, cancellation);
        return await reader.ReadAsync(cancellation) ? reader.GetGuid(0) : null;
    }
}

/// <summary>Public: where a released number comes from.</summary>
internal static class ReadReceipt
{
    public static void MapReadReceipt(this IEndpointRouteBuilder api) => api.MapGet("/receipts/{code}", HandleAsync).AllowAnonymous().Produces<NumberReceipt>()
        .WithSummary("A released number's receipt: definition, cell, positions, file hashes");

    static async Task<IResult> HandleAsync(string code, ReceiptBook receipts, CancellationToken cancellation) =>
        await receipts.FindAsync(code, cancellation) is { } receipt ? TypedResults.Ok(receipt) : ReceiptBook.Unknown.ToProblem();
}
