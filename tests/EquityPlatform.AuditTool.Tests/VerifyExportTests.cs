using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EquityPlatform.AuditTool.Commands;

namespace EquityPlatform.AuditTool.Tests;

public sealed class VerifyExportTests : IDisposable
{
    readonly TempFolder folder = new();

    [Theory]
    [InlineData(1), InlineData(2), InlineData(255), InlineData(256), InlineData(257), InlineData(700), InlineData(12_345), InlineData(66_000)]
    public async Task A_whole_log_is_valid(int count)
    {
        using var log = new MadeLog(count, 1, 1, count / 3, count / 2, count - 1);
        MadeLog.WriteZip(folder["log"], log.Entries());
        var (code, report) = await VerifyAsync(log.Key, "log");
        code.ShouldBe(Exit.Valid, report.ToString());
        report.GetProperty("verdict").GetString().ShouldBe("valid");
        var checkedThere = report.GetProperty("report");
        checkedThere.GetProperty("events").GetInt64().ShouldBe(count);
        checkedThere.GetProperty("checkpoints").GetInt64().ShouldBe(log.Notes.Count(note => note.Size > 0));
        checkedThere.GetProperty("signers").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Any_period_is_valid()
    {
        using var log = new MadeLog(1500, 2, 100, 256, 300, 512, 513, 900, 1400);
        foreach (var (from, to) in new[] { (0, 1), (0, 256), (1, 2), (255, 257), (256, 512), (300, 301), (300, 900), (1279, 1280), (1280, 1500), (1499, 1500), (0, 1500) })
        {
            MadeLog.WriteZip(folder["period"], log.Entries(from, to));
            var (code, report) = await VerifyAsync(log.Key, "period");
            code.ShouldBe(Exit.Valid, $"{from} to {to}: {report}");
            report.GetProperty("report").GetProperty("events").GetInt64().ShouldBe(to - from);
        }
    }

    [Fact]
    public async Task A_period_of_a_deep_tree_is_valid_and_its_upper_tiles_are_checked()
    {
        using var log = new MadeLog(132_000, 3, 70_123, 131_999);
        var entries = log.Entries(70_000, 71_000);
        entries.Count(entry => entry.Name.StartsWith("tiles/2/", StringComparison.Ordinal)).ShouldBe(1);
        MadeLog.WriteZip(folder["deep"], entries);
        (await VerifyAsync(log.Key, "deep")).Code.ShouldBe(Exit.Valid);
        foreach (var (entry, i) in entries.Select((entry, i) => (entry, i)).Where(one => one.entry.Name.StartsWith("tiles/", StringComparison.Ordinal)))
        {
            var changed = entries.ToList();
            changed[i] = (entry.Name, Flipped(entry.Bytes, entry.Bytes.Length / 2));
            MadeLog.WriteZip(folder["changed"], changed);
            (await VerifyAsync(log.Key, "changed")).Code.ShouldBe(Exit.Invalid, entry.Name);
        }
    }

    [Fact]
    public async Task A_changed_byte_anywhere_is_found_and_the_event_named()
    {
        using var log = new MadeLog(300, 4, 10, 256, 299);
        var entries = log.Entries();
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        for (var run = 0; run < 400; run++)
        {
            var at = random.Next(entries.Count);
            var changed = entries.ToList();
            var place = random.Next(entries[at].Bytes.Length);
            changed[at] = (entries[at].Name, Flipped(entries[at].Bytes, place, 1 << random.Next(8)));
            MadeLog.WriteZip(folder["changed"], changed);
            var (code, report) = await VerifyAsync(log.Key, "changed");
            var what = $"seed {seed}, run {run}, {entries[at].Name} at {place}: {report}";
            code.ShouldNotBe(Exit.Valid, what);
            if (entries[at].Name == "manifest.json")
                continue;
            code.ShouldBe(Exit.Invalid, what);
            var index = entries[at].Name switch
            {
                var name when name.StartsWith("events/", StringComparison.Ordinal) => entries[at].Bytes.AsSpan(0, place).Count((byte)'\n'),
                var name when name.StartsWith("tiles/0/", StringComparison.Ordinal) => (name.EndsWith("000", StringComparison.Ordinal) ? 0 : 256) + place / 32,
                _ => -1,
            };
            if (index >= 0)
                report.GetProperty("report").GetProperty("faults")[0].GetProperty("index").GetInt64().ShouldBe(index, what);
        }
    }

    [Theory]
    [InlineData("delete", 5, "event-missing"), InlineData("delete", 299, "event-missing"), InlineData("delete", 0, "event-missing")]
    [InlineData("twice", 77, "event-out-of-order"), InlineData("swap", 100, "event-missing"), InlineData("insert", 42, "event-out-of-order"), InlineData("append", 300, "event-added")]
    public async Task Removed_added_and_moved_events_are_named(string how, int index, string code)
    {
        using var log = new MadeLog(300, 5, 256);
        var lines = log.Lines.ToList();
        switch (how)
        {
            case "delete": lines.RemoveAt(index); break;
            case "twice": lines.Insert(index, lines[index - 1]); break;
            case "swap": (lines[index], lines[index + 1]) = (lines[index + 1], lines[index]); break;
            case "insert": lines.Insert(index, MadeLog.Canonical(MadeLog.Event(index - 1, new Random(99)))); break;
            default: lines.Add(MadeLog.Canonical(MadeLog.Event(300, new Random(99)))); break;
        }
        var (exit, report) = await VerifyAsync(log, Replaced(log.Entries(), "events/000000.ndjson", string.Concat(lines.Select(line => line + "\n"))));
        exit.ShouldBe(Exit.Invalid);
        var first = report.GetProperty("report").GetProperty("faults")[0];
        first.GetProperty("code").GetString().ShouldBe(code);
        first.GetProperty("index").GetInt64().ShouldBe(index);
    }

    [Fact]
    public async Task An_event_that_was_changed_together_with_its_leaf_and_tile_does_not_fit_the_signed_tree()
    {
        using var log = new MadeLog(600, 6, 300);
        using var other = new MadeLog(600, 6, 300);
        var entries = log.Entries();
        var forged = JsonNode.Parse(log.Lines[123])!.AsObject();
        forged["public"]!["grade"] = "13";
        other.Leaves[123] = MadeLog.LeafOf(forged);
        var lines = log.Lines.ToList();
        lines[123] = MadeLog.Canonical(forged);
        var changed = Replaced(Replaced(entries, "events/000000.ndjson", string.Concat(lines.Select(line => line + "\n"))), "leaves/000", other.Bundle(0, 256));
        var (exit, report) = await VerifyAsync(log, changed);
        exit.ShouldBe(Exit.Invalid);
        report.GetProperty("report").GetProperty("faults")[0].GetProperty("index").GetInt64().ShouldBe(123);
        report.GetProperty("report").GetProperty("faultCount").GetInt64().ShouldBe(1);

        var tile = entries.First(entry => entry.Name == "tiles/0/000").Bytes.ToArray();
        EventSourcing.AuditLog.TreeHash.Leaf(other.Leaves[123], tile.AsSpan(123 * 32, 32));
        (exit, report) = await VerifyAsync(log, Replaced(changed, "tiles/0/000", tile));
        exit.ShouldBe(Exit.Invalid);
        report.GetProperty("report").GetProperty("faults").EnumerateArray().Select(fault => fault.GetProperty("code").GetString()).ShouldContain("tile-changed");
    }

    [Fact]
    public async Task Missing_added_and_reordered_entries_are_named()
    {
        using var log = new MadeLog(700, 7, 400);
        var entries = log.Entries();
        foreach (var entry in entries.Skip(1))
        {
            var (exit, report) = await VerifyAsync(log, entries.Where(other => other.Name != entry.Name));
            exit.ShouldBe(Exit.Invalid, entry.Name);
            report.ToString().ShouldContain("missing", Case.Insensitive, entry.Name);
        }
        (await VerifyAsync(log, entries.Append(("extra", [1])))).Report.ToString().ShouldContain("entry-added");
        (await VerifyAsync(log, entries.Append(entries[3]))).Report.ToString().ShouldContain("entry-twice");
        (await VerifyAsync(log, [.. entries[..3], entries[4], entries[3], .. entries[5..]])).Report.ToString().ShouldContain("entries-reordered");
    }

    [Fact]
    public async Task A_log_that_lost_its_end_is_found_by_the_checkpoint_that_was_kept()
    {
        using var log = new MadeLog(500, 8, 300);
        using var shorter = new MadeLog(400, 8, 300);
        File.WriteAllText(folder["kept"], log.Notes[^1].Note);
        var (exit, report) = await VerifyAsync(shorter, shorter.Entries(), "--checkpoint", folder["kept"]);
        exit.ShouldBe(Exit.Invalid);
        report.ToString().ShouldContain("truncated");
        report.ToString().ShouldContain("The last 100 were cut off");
        File.WriteAllText(folder["kept"], shorter.Notes[0].Note);
        (await VerifyAsync(log, log.Entries(), "--checkpoint", folder["kept"])).Code.ShouldBe(Exit.Valid);
    }

    [Fact]
    public async Task A_history_written_anew_does_not_go_on_from_the_checkpoint_that_was_kept()
    {
        using var log = new MadeLog(500, 9, 300);
        using var forged = new MadeLog(0, 9);
        for (var i = 0; i < 500; i++)
        {
            var e = JsonNode.Parse(log.Lines[i])!.AsObject();
            e["public"]!["days"] = 0;
            forged.Add(e);
        }
        forged.Notes.Clear();
        forged.Sign(500);
        (await VerifyAsync(forged, forged.Entries())).Code.ShouldBe(Exit.Valid, "the operator has the key and writes everything anew");
        File.WriteAllText(folder["kept"], log.Notes[0].Note);
        var (exit, report) = await VerifyAsync(forged, forged.Entries(), "--checkpoint", folder["kept"]);
        exit.ShouldBe(Exit.Invalid);
        report.GetProperty("report").GetProperty("faults")[0].GetProperty("code").GetString().ShouldBe("history-rewritten");
    }

    [Fact]
    public async Task The_key_in_the_file_alone_proves_nothing()
    {
        using var log = new MadeLog(10, 10);
        using var stranger = new MadeLog(10, 11);
        MadeLog.WriteZip(folder["log"], log.Entries());
        (await RunAsync("verify", folder["log"])).Code.ShouldBe(Exit.Usage);
        (await RunAsync("verify", folder["log"], "--key", stranger.Key)).Output.ShouldContain("INVALID");
        (await RunAsync("verify", folder["log"], "--key", log.Key)).Output.ShouldStartWith("VALID");
        (await RunAsync("verify", folder["nothing"], "--key", log.Key)).Code.ShouldBe(Exit.NotChecked);
        (await RunAsync("verify", folder["log"], "--key", "no-key")).Code.ShouldBe(Exit.Usage);
        (await RunAsync("verify")).Code.ShouldBe(Exit.Usage);
    }

    [Fact]
    public async Task Damaged_files_are_refused_and_never_crash()
    {
        using var log = new MadeLog(300, 12);
        MadeLog.WriteZip(folder["log"], log.Entries());
        var bytes = File.ReadAllBytes(folder["log"]);
        var random = new Random(12);
        for (var run = 0; run < 100; run++)
        {
            File.WriteAllBytes(folder["cut"], bytes[..random.Next(bytes.Length)]);
            (await RunAsync("verify", folder["cut"], "--key", log.Key)).Code.ShouldBe(Exit.NotChecked);
            File.WriteAllBytes(folder["flipped"], Flipped(bytes, random.Next(bytes.Length)));
            (await RunAsync("verify", folder["flipped"], "--key", log.Key)).Code.ShouldBeOneOf(Exit.Valid, Exit.Invalid, Exit.NotChecked);
        }
    }

    [Fact]
    public async Task An_event_of_a_file_is_proven_without_asking_anybody()
    {
        using var log = new MadeLog(1500, 9, 700, 1400);
        foreach (var (from, to, index) in new[] { (0, 1500, 0), (0, 1500, 1024), (0, 1500, 1499), (300, 900, 300), (300, 900, 899), (1279, 1280, 1279) })
        {
            MadeLog.WriteZip(folder["log"], log.Entries(from, to));
            log.WriteProof(folder["expected"], index);
            var id = JsonElement.Parse(log.Lines[index]).GetProperty("event").GetProperty("id").GetString()!;
            var (code, text) = await RunAsync("prove", folder["log"], id, "--to", folder.Path, "--key", log.Key);
            code.ShouldBe(Exit.Valid, text);
            foreach (var part in new[] { ".tlog-proof", ".leaf.json", ".event.json" })
                (await File.ReadAllTextAsync(folder[id + part])).ShouldBe(await File.ReadAllTextAsync(folder["expected" + part]), $"{part} of {index}");
            var missing = log.Entries(from, to).Where(entry => !entry.Name.StartsWith("tiles/0/", StringComparison.Ordinal));
            MadeLog.WriteZip(folder["log"], missing);
            (await RunAsync("prove", folder["log"], id, "--to", folder.Path, "--key", log.Key)).Code.ShouldBe(Exit.NotChecked);
        }
        (await RunAsync("prove", folder["log"], Guid.NewGuid().ToString(), "--to", folder.Path)).Code.ShouldBe(Exit.NotChecked);
    }

    static byte[] Flipped(byte[] bytes, int at, int bits = 0x10)
    {
        var flipped = (byte[])bytes.Clone();
        flipped[at] ^= (byte)bits;
        return flipped;
    }

    static List<(string Name, byte[] Bytes)> Replaced(IEnumerable<(string Name, byte[] Bytes)> entries, string name, byte[] bytes) =>
        [.. entries.Select(entry => entry.Name == name ? (name, bytes) : entry)];

    static List<(string Name, byte[] Bytes)> Replaced(IEnumerable<(string Name, byte[] Bytes)> entries, string name, string text) => Replaced(entries, name, Encoding.UTF8.GetBytes(text));

    async Task<(int Code, JsonElement Report)> VerifyAsync(MadeLog log, IEnumerable<(string Name, byte[] Bytes)> entries, params string[] more)
    {
        MadeLog.WriteZip(folder["changed"], entries);
        return await VerifyAsync(log.Key, "changed", more);
    }

    async Task<(int Code, JsonElement Report)> VerifyAsync(string key, string file, params string[] more)
    {
        var (code, output) = await RunAsync(["verify", folder[file], "--key", key, "--json", .. more]);
        return (code, output.StartsWith('{') ? JsonDocument.Parse(output).RootElement.Clone() : JsonSerializer.SerializeToElement(output));
    }

    static async Task<(int Code, string Output)> RunAsync(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await Tool.RunAsync(args, output, error);
        return (code, output.ToString().Length > 0 ? output.ToString() : error.ToString());
    }

    public void Dispose() => folder.Dispose();
}
