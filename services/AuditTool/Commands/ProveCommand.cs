using System.CommandLine;
using EquityPlatform.AuditTool.Log;
using EquityPlatform.AuditTool.Verify;

namespace EquityPlatform.AuditTool.Commands;

/// <summary>Writes the proof of one event into files that an office puts beside its record.</summary>
internal static class ProveCommand
{
    public static Command Create()
    {
        var address = new Argument<string>("address") { Description = "https://.../api/audit/v1/SERVICE/DISTRICT" };
        var id = new Argument<string>("event") { Description = "The event's id, as a receipt or the answer to a change names it." };
        var folder = new Option<DirectoryInfo>("--to") { Description = "Folder for the files; the current one by default.", DefaultValueFactory = _ => new DirectoryInfo(".") };
        var leafOnly = new Option<bool>("--leaf-only") { Description = "Do not fetch the event itself: the leaf holds hashes only, so no personal data leave the district." };
        var (key, json, token, purpose) = (CommonOptions.Key(), CommonOptions.Json(), Sources.Token(), Sources.Purpose("proof of one event"));
        var command = new Command("prove", "Writes a proof that one event stands in the signed log: a proof file, its leaf, and the event.") { address, id, folder, leafOnly, key, token, purpose, json };
        command.SetAction((parsed, cancellation) => Guard.RunAsync(parsed, async (output, error) =>
        {
            var eventId = parsed.GetRequiredValue(id);
            if (!Guid.TryParse(eventId, out var guid))
                throw new UsageException($"'{eventId}' is no id of an event, such as 018f5e7c-0000-7000-8000-000000000001.");
            await using var log = Sources.Live(parsed.GetRequiredValue(address), parsed.GetValue(token), parsed.GetValue(purpose) ?? "", Period.All);
            var (proof, text, leaf) = await log.ProofAsync(guid.ToString("D"), cancellation);
            var record = parsed.GetValue(leafOnly) ? null : await log.EventAsync(proof.Index, cancellation);
            var path = Path.Combine(Directory.CreateDirectory(parsed.GetValue(folder)!.FullName).FullName, guid.ToString("D"));
            await File.WriteAllTextAsync(path + ProofCheck.Extension, text, cancellation);
            await File.WriteAllBytesAsync(path + ProofCheck.LeafExtension, leaf, cancellation);
            if (record is not null)
                await File.WriteAllBytesAsync(path + ProofCheck.EventExtension, record, cancellation);
            await error.WriteLineAsync($"Written: {path}{ProofCheck.Extension} and beside it {ProofCheck.LeafExtension}{(record is null ? "" : $" and {ProofCheck.EventExtension}")}.");
            var keys = CommonOptions.ReadKeys(parsed.GetValue(key) ?? []);
            if (keys.Count == 0)
            {
                await error.WriteLineAsync("Not checked: give the log's key with --key.");
                return Exit.Valid;
            }
            var report = new Report { Source = path + ProofCheck.Extension };
            ProofCheck.Check(text, leaf, record, keys, report);
            return Output.Write(report, parsed.GetValue(json), output);
        }));
        return command;
    }
}
