using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EquityPlatform.AuditTool.Export;
using EquityPlatform.AuditTool.Log;
using EquityPlatform.AuditTool.Verify;

namespace EquityPlatform.AuditTool.Commands;

/// <summary>Tells the story of one record, as it stood at a date, a position or a checkpoint.</summary>
internal static class ReplayCommand
{
    public static Command Create()
    {
        var source = new Argument<string>("what") { Description = "An export file, or a live address." };
        var stream = new Argument<string>("record") { Description = "The record (stream), such as goal-5b0f... or student-77aa..." };
        var at = new Option<string?>("--as-of") { Description = "Only what was recorded before this date or instant (2026-09-01, 2026-09-01T12:00:00Z)." };
        var position = new Option<long?>("--position") { Description = "Only what stands at or before this position of the service's history." };
        var checkpoint = new Option<long?>("--at-checkpoint") { Description = "Only the first so many events: the size of a checkpoint." };
        var model = new Option<bool>("--read-model") { Description = "The record is a path below the live service's /api/SERVICE/v1/, such as goals/ID: shows what it answered as of the date." };
        var (json, token, purpose) = (CommonOptions.Json(), Sources.Token(), Sources.Purpose("replay of one record"));
        var command = new Command("replay", "Shows every event of a record up to a date, a position or a checkpoint: when, what, who, why, from which feed and row.") { source, stream, at, position, checkpoint, model, token, purpose, json };
        command.SetAction((parsed, cancellation) => Guard.RunAsync(parsed, async (output, error) =>
        {
            if (Live.AuditAddress.Is(parsed.GetRequiredValue(source)))
                return await LiveAsync(new(parsed.GetRequiredValue(source), Sources.Token(parsed.GetValue(token)), parsed.GetValue(purpose) ?? ""), parsed.GetRequiredValue(stream), parsed.GetValue(model),
                    parsed.GetValue(at) is { } time ? Period.Instant(time) : null, parsed.GetValue(position), parsed.GetValue(checkpoint), parsed.GetValue(json), output, cancellation);
            var (report, name) = (new Report(), JsonSerializer.Serialize(parsed.GetRequiredValue(stream), Output.Json));
            DateTimeOffset? until = parsed.GetValue(at) is { } text ? Period.Instant(text) : null;
            await using var log = new ExportFile(parsed.GetRequiredValue(source), report);
            var end = Math.Min(parsed.GetValue(checkpoint) ?? long.MaxValue, (await log.OpenAsync(cancellation)).To);
            var (line, told) = (new EventLine(), 0);
            var wanted = Encoding.UTF8.GetBytes($"\"stream\":{name}");
            await foreach (var one in log.EventsAsync(cancellation))
            {
                line.Read(one);
                if (line.Index >= end || until is { } && Period.Instant(line.Recorded) >= until || parsed.GetValue(position) is { } most && long.Parse(line.Of("position"), CultureInfo.InvariantCulture) > most)
                    break; // times, positions and indexes rise together
                if (line.Event.Span.IndexOf(wanted) < 0)
                    continue;
                told++;
                await Story.WriteAsync(line, parsed.GetValue(json), withRecord: false, output);
            }
            if (told == 0)
                await error.WriteLineAsync($"There is no event of the record {parsed.GetRequiredValue(stream)} in this part of the log.");
            else if (!parsed.GetValue(json))
                await error.WriteLineAsync($"{told} events. Replay tells what the log says; run 'verify' to know that it was not changed.");
            return told == 0 ? Exit.NotChecked : Exit.Valid;
        }));
        return command;
    }

    static async Task<int> LiveAsync(Live.LiveRecords service, string record, bool model, DateTimeOffset? before, long? position, long? checkpoint, bool json, TextWriter output, CancellationToken cancellation)
    {
        if (model)
        {
            await output.WriteLineAsync(await service.ReadModelAsync(record, before, cancellation));
            return Exit.Valid;
        }
        foreach (var e in await service.EventsAsync(record, before, position, checkpoint, cancellation))
            if (json)
                await output.WriteLineAsync(e.GetRawText());
            else
                await Story.WriteAsync(e, output);
        return Exit.Valid;
    }
}
