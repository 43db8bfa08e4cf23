using System.CommandLine;
using EquityPlatform.AuditTool.Export;
using EquityPlatform.AuditTool.Log;
using EquityPlatform.AuditTool.Notes;
using EquityPlatform.AuditTool.Verify;

namespace EquityPlatform.AuditTool.Commands;

/// <summary>Writes the proof of one event into files that an office puts beside its record.</summary>
internal static class ProveCommand
{
    public static Command Create()
    {
        var source = new Argument<string>("what") { Description = "An export file, or a live address (https://.../api/audit/v1/SERVICE/DISTRICT)." };
        var id = new Argument<string>("event") { Description = "The event's id, as a receipt or the answer to a change names it." };
        var folder = new Option<DirectoryInfo>("--to") { Description = "Folder for the files; the current one by default.", DefaultValueFactory = _ => new DirectoryInfo(".") };
        var leafOnly = new Option<bool>("--leaf-only") { Description = "Without the event itself: the leaf holds hashes only, so nothing of its contents is fetched or written." };
        var (key, json, token, purpose) = (CommonOptions.Key(), CommonOptions.Json(), Sources.Token(), Sources.Purpose("proof of one event"));
        var command = new Command("prove", "Writes a proof that one event stands in the signed log: a proof file, its leaf, and the event.") { source, id, folder, leafOnly, key, token, purpose, json };
        command.SetAction((parsed, cancellation) => Guard.RunAsync(parsed, async (output, error) =>
        {
            var eventId = parsed.GetRequiredValue(id);
            if (!Guid.TryParse(eventId, out var guid))
                throw new UsageException($"'{eventId}' is no id of an event, such as 018f5e7c-0000-7000-8000-000000000001.");
            var (proof, leaf, record) = Live.AuditAddress.Is(parsed.GetRequiredValue(source))
                ? await LiveAsync(parsed.GetRequiredValue(source), parsed.GetValue(token), parsed.GetValue(purpose) ?? "", guid.ToString("D"), parsed.GetValue(leafOnly), cancellation)
                : await FromFileAsync(parsed.GetRequiredValue(source), guid.ToString("D"), parsed.GetValue(leafOnly), cancellation);
            var text = proof.ToText();
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

    static async Task<(TlogProof Proof, byte[] Leaf, byte[]? Event)> LiveAsync(string address, FileInfo? token, string purpose, string id, bool leafOnly, CancellationToken cancellation)
    {
        await using var log = Sources.Live(address, token, purpose, Period.All);
        var (proof, leaf) = await log.ProofAsync(id, cancellation);
        return (proof, leaf, leafOnly ? null : await log.EventAsync(proof.Index, cancellation));
    }

    static async Task<(TlogProof Proof, byte[] Leaf, byte[]? Event)> FromFileAsync(string path, string id, bool leafOnly, CancellationToken cancellation)
    {
        await using var file = new ExportFile(path, new Report());
        var made = await MadeProof.OfAsync(file, id, cancellation);
        return (made.Proof, made.Leaf, leafOnly ? null : made.Event);
    }
}
