using System.CommandLine;
using EquityPlatform.AuditTool.Export;
using EquityPlatform.AuditTool.Verify;

namespace EquityPlatform.AuditTool.Commands;

/// <summary>Writes a log, or a period of it, into one file that an office can keep, and checks the file.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var address = new Argument<string>("address") { Description = "https://.../api/audit/v1/SERVICE/DISTRICT" };
        var file = new Argument<string>("file") { Description = "The file to write, such as riverbend-2026.equity-audit." };
        var (key, json, token, purpose) = (CommonOptions.Key(), CommonOptions.Json(), Sources.Token(), Sources.Purpose("export of the audit log"));
        var (from, until) = (Sources.From(), Sources.Until());
        var without = new Option<bool>("--without-sealed") { Description = "Leave the sealed (encrypted) personal parts out. Their hashes stay, so everything can still be proven." };
        var witnesses = new Option<string[]>("--witness") { Description = "Verification key of a witness, to be kept in the file." };
        var command = new Command("export", "Writes the log, or a period of it, into one file with everything that is needed to check it without a network.") { address, file, from, until, without, witnesses, key, token, purpose, json };
        command.SetAction((parsed, cancellation) => Guard.RunAsync(parsed, async (output, error) =>
        {
            var (path, keys) = (parsed.GetRequiredValue(file), CommonOptions.ReadKeys(parsed.GetValue(key) ?? []));
            await using var log = Sources.Live(parsed.GetRequiredValue(address), parsed.GetValue(token), parsed.GetValue(purpose) ?? "", new(parsed.GetValue(from), parsed.GetValue(until)));
            var span = (await log.OpenAsync(cancellation)) with { Sealed = !parsed.GetValue(without) };
            var unfinished = path + ".unfinished";
            await using (var stream = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20))
                await ProgressBar.RunAsync("Exporting", () => span.To, progress => ExportWriter.WriteAsync(log, span, [.. CommonOptions.ReadKeys(parsed.GetValue(witnesses) ?? [])], stream, progress, cancellation));
            File.Move(unfinished, path, overwrite: true);
            if (keys.Count == 0)
            {
                await error.WriteLineAsync($"Written: {path}, events {span.From} to {span.To - 1}. Not checked: give the log's key with --key, or run 'equity-audit verify {path} --key ...'.");
                return Exit.Valid;
            }
            var report = new Report { Source = path };
            await using var written = new ExportFile(path, report);
            await VerifyCommand.RunAsync(written, keys, [], report, cancellation);
            return Output.Write(report, parsed.GetValue(json), output);
        }));
        return command;
    }
}
