using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using EquityPlatform.AuditTool.Verify;

namespace EquityPlatform.AuditTool.Commands;

/// <summary>Writes results, as text for people or as JSON for programs.</summary>
internal static class Output
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // for terminals and files, never for a page
    };

    /// <summary>Writes a report and says how to exit.</summary>
    public static int Write(Report report, bool json, TextWriter output)
    {
        if (json)
            output.WriteLine(JsonSerializer.Serialize(new { verdict = report.Valid ? "valid" : "invalid", report }, Json));
        else
            Text(report, output);
        return report.Valid ? Exit.Valid : Exit.Invalid;
    }

    static void Text(Report report, TextWriter output)
    {
        Line(output, report.Valid ? "VALID" : "INVALID");
        Line(output);
        if (!report.Valid)
        {
            Line(output, $"First: {Words(report.Faults[0])}");
            foreach (var fault in report.Faults.Skip(1).Take(19))
                Line(output, $"       {Words(fault)}");
            if (report.FaultCount > 20)
                Line(output, $"       ... and {report.FaultCount - 20} more (--json lists up to {Report.Most}).");
            Line(output);
        }
        Line(output, $"Log         {report.Origin}");
        Line(output, report.To > report.From
            ? $"Events      {report.From} to {report.To - 1}, recorded {report.FirstRecorded ?? "?"} to {report.LastRecorded ?? "?"}; {report.Events} checked"
            : "Events      none");
        Line(output, $"Proven in   the checkpoint of {report.Size} events, root {report.Root}");
        Line(output, $"Checked     {report.Tiles} tiles, {report.Checkpoints} checkpoints, all of one history");
        foreach (var signer in report.Signers)
            Line(output, $"Signed by   {signer.Key}{(signer.Witness ? $", a witness{(signer.Last is { } at ? $", last on {at:yyyy-MM-dd HH:mm:ss}Z" : "")}" : "")}: {signer.Signatures} x, {(signer.Trusted ? "a key that you gave" : "a key that you did NOT give: this proves nothing")}");
        if (report.ErasedParts > 0)
            Line(output, $"Erased      {report.ErasedParts} personal parts are gone{(report.Faults.Any(fault => fault.Code.StartsWith("key-missing", StringComparison.Ordinal)) ? "" : ", each with a recorded erasure and its authority")}");
        if (report.ErasedLater > 0)
            Line(output, $"Erased      {report.ErasedLater} personal parts of this period can no longer be opened: their keys were destroyed later, with a recorded erasure and its authority, which came along and was checked");
        foreach (var note in report.Notes)
            Line(output, $"Note        {note}");
    }

    public static string Words(Fault fault) =>
        fault.Index is { } index ? string.Create(CultureInfo.InvariantCulture, $"event {index}{(fault.EventId is { } id ? $" ({id})" : "")}: {fault.Message} [{fault.Code}]") : $"{fault.Message} [{fault.Code}]";

    static void Line(TextWriter output, FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture));
    static void Line(TextWriter output, string line = "") => output.WriteLine(line);
}
