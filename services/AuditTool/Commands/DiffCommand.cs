using System.CommandLine;
using System.Globalization;
using EquityPlatform.AuditTool.Log;
using EquityPlatform.AuditTool.Verify;

namespace EquityPlatform.AuditTool.Commands;

/// <summary>What changed between two checkpoints.</summary>
internal static class DiffCommand
{
    public static Command Create()
    {
        var source = new Argument<string>("what") { Description = "An export file, or a live address." };
        var from = new Argument<long>("from") { Description = "Size of the earlier checkpoint (its second line)." };
        var to = new Argument<long?>("to") { Description = "Size of the later checkpoint; the latest by default.", Arity = ArgumentArity.ZeroOrOne };
        var summary = new Option<bool>("--summary") { Description = "Only how many events of each kind, and by whom." };
        var (json, token, purpose, key) = (CommonOptions.Json(), Sources.Token(), Sources.Purpose("changes between two checkpoints"), CommonOptions.Key());
        var command = new Command("diff", "Shows what changed between two checkpoints: which records, who, when, why, from which feed and row.") { source, from, to, summary, key, token, purpose, json };
        command.SetAction((parsed, cancellation) => Guard.RunAsync(parsed, async (output, error) =>
        {
            var (first, last, report) = (parsed.GetValue(from), parsed.GetValue(to), new Report());
            var live = Live.AuditAddress.Is(parsed.GetRequiredValue(source));
            var period = live ? new Period(first.ToString(CultureInfo.InvariantCulture), last?.ToString(CultureInfo.InvariantCulture)) : Period.All;
            ILogSource Open() => Sources.Open(parsed.GetRequiredValue(source), parsed.GetValue(token), parsed.GetValue(purpose) ?? "", period, report);

            var keys = CommonOptions.ReadKeys(parsed.GetValue(key) ?? []);
            if (keys.Count > 0)
            {
                await using var checkedLog = Open();
                await VerifyCommand.RunAsync(checkedLog, keys, [], report, cancellation);
                if (!report.Valid)
                    return Output.Write(report, parsed.GetValue(json), output);
            }
            else
                await error.WriteLineAsync("Not checked: give the log's key with --key to know that this is what was signed.");

            await using var log = Open();
            var end = Math.Min(last ?? long.MaxValue, (await log.OpenAsync(cancellation)).To);
            if (first > end)
                throw new UsageException($"The log has {end} events here; nothing can have changed after {first}.");
            var (line, count) = (new EventLine(), new SortedDictionary<string, int>(StringComparer.Ordinal));
            await foreach (var one in log.EventsAsync(cancellation))
            {
                line.Read(one);
                if (line.Index < first)
                    continue;
                if (line.Index >= end)
                    break;
                var kind = $"{line.Type} by {UserOf(line)}";
                count[kind] = count.GetValueOrDefault(kind) + 1;
                if (!parsed.GetValue(summary))
                    await Story.WriteAsync(line, parsed.GetValue(json), withRecord: true, output);
            }
            foreach (var (kind, times) in parsed.GetValue(json) && !parsed.GetValue(summary) ? [] : count)
                await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{times,8} x {kind}"));
            return Exit.Valid;
        }));
        return command;
    }

    static string UserOf(EventLine line)
    {
        using var meta = System.Text.Json.JsonDocument.Parse(line.Meta);
        return meta.RootElement.TryGetProperty("user", out var user) ? user.ToString() : "nobody named";
    }
}
