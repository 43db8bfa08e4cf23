using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Reporting;

namespace EquityPlatform.Web;

/// <summary>Where a public number comes from; for some roles the way back to rows, which is a disclosure.</summary>
internal static class ReceiptsPages
{
    public static readonly string[] RowReaders = [Roles.EquityAnalyst, Roles.DataSteward, Roles.PrivacyOfficer, Roles.Auditor];

    public static void MapReceipts(this IEndpointRouteBuilder site)
    {
        site.MapGet("/receipts/{code}", async (string code, Site page, ReportingClient reporting, CancellationToken ct) =>
        {
            var receipt = await reporting.Receipt(code, ct);
            return receipt.Value is { } number ? page.Show<ReceiptPage>(new ReceiptModel(number, null, "", null)) : page.Refused(receipt.No!);
        });
        // A post, because looking is an act that is recorded: no link, prefetch or reload may do it by chance
        site.MapPost("/receipts/{code}", Rows);
    }

    private static async Task<IResult> Rows(string code, Site page, ReportingClient reporting, IFormCollection form, CancellationToken ct)
    {
        var purpose = form.Word("purpose");
        var receipt = await reporting.Receipt(code, ct);
        if (receipt.Value is not { } number)
            return page.Refused(receipt.No!);
        if (purpose.Length == 0)
            return page.Show<ReceiptPage>(new ReceiptModel(number, null, purpose, new Refusal(422, "site.purpose-missing", null)), StatusCodes.Status422UnprocessableEntity);
        var rows = await reporting.Rows(code, purpose, ct);
        return rows.No switch
        {
            null => page.Show<ReceiptPage>(new ReceiptModel(number, rows.Value, purpose, null)),
            { Status: 401 or 403 } or { IsDown: true } => page.Refused(rows.No),
            _ => page.Show<ReceiptPage>(new ReceiptModel(number, null, purpose, rows.No), rows.No.Status),
        };
    }
}

public sealed record ReceiptModel(NumberReceipt Receipt, ReceiptRows? Rows, string Purpose, Refusal? No);
