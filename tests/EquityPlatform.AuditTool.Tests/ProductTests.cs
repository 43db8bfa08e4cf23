using System.Text;
using System.Text.Json.Nodes;
using EquityPlatform.AuditTool.Commands;
using EquityPlatform.ServiceHost.Tests;
using EquityPlatform.Testing;

namespace EquityPlatform.AuditTool.Tests;

/// <summary>Tests 3, 4 and 17 of what the product promises, as far as the tool reaches.</summary>
public sealed class ProductTests(PostgresServer postgres) : IClassFixture<PostgresServer>, IDisposable
{
    readonly TempFolder folder = new();

    [Fact]
    public async Task Test_3_Tamper_evidence_over_the_whole_history()
    {
        await using var service = await SignedService.StartAsync(postgres, "test3", 400);
        await File.WriteAllTextAsync(service.Folder["kept"], await service.CheckpointAsync());
        string[] fsck = ["fsck", "test3", TestService.Tenant, "--database", postgres.ConnectionString, "--key", service.Key, "--checkpoint", service.Folder["kept"]];
        (await Shell.RunAsync(fsck)).Output.ShouldStartWith("VALID");

        await SignedService.TamperAsync(postgres, "update test3.mt_events set data = jsonb_set(data, '{number}', '77') where seq_id = 300");
        var (code, report, text) = await Shell.ReportAsync(fsck);
        code.ShouldBe(Exit.Invalid, text);
        report.First().GetProperty("index").GetInt64().ShouldBe(299);

        // As the server then serves it: the auditor's own check over HTTP names the same event
        (code, report, text) = await Shell.ReportAsync("verify", service.Address, "--key", service.Key, "--token-file", service.Folder["token"]);
        code.ShouldBe(Exit.Invalid, text);
        report.First().GetProperty("index").GetInt64().ShouldBe(299);
    }

    [Fact]
    public async Task Test_3_A_truncated_head_is_found_by_the_checkpoint_kept_elsewhere()
    {
        using var log = new MadeLog(500, 40);
        using var cut = new MadeLog(480, 40);
        await File.WriteAllTextAsync(folder["kept"], log.Notes[^1].Note);
        // Signed anew over what is left, by the operator who holds the key
        MadeLog.WriteZip(folder["cut"], cut.Entries());
        (await Shell.RunAsync("verify", folder["cut"], "--key", cut.Key)).Code.ShouldBe(Exit.Valid);
        var (code, report, text) = await Shell.ReportAsync("verify", folder["cut"], "--key", cut.Key, "--checkpoint", folder["kept"]);
        code.ShouldBe(Exit.Invalid, text);
        report.First().Code().ShouldBe("truncated", text);
    }

    [Fact]
    public async Task Test_4_A_thousand_receipts_are_valid_offline_and_invalid_after_any_digit_is_edited()
    {
        using var log = new MadeLog(20_000, 41);
        var random = new Random(41);
        for (var i = 0; i < 1000; i++)
        {
            var index = random.Next(log.Count);
            log.WriteProof(folder["receipt"], index);
            var run = await Shell.RunAsync("verify", folder["receipt.tlog-proof"], "--key", log.Key);
            run.Code.ShouldBe(Exit.Valid, run.Output);
            var record = await File.ReadAllTextAsync(folder["receipt.event.json"]);
            int[] digits = [.. Enumerable.Range(0, record.Length).Where(at => char.IsAsciiDigit(record[at]))];
            var at = digits[random.Next(digits.Length)];
            await File.WriteAllTextAsync(folder["receipt.event.json"], string.Concat(record.AsSpan(0, at), record[at] == '9' ? "8" : "9", record.AsSpan(at + 1)));
            run = await Shell.RunAsync("verify", folder["receipt.tlog-proof"], "--key", log.Key);
            run.Code.ShouldBe(Exit.Invalid, $"digit at {at} of {record}: {run.Output}");
        }
    }

    [Fact]
    public async Task A_period_brings_along_the_later_erasures_that_explain_it()
    {
        using var log = new MadeLog(900, 43, 500);
        var erasure = MadeLog.Event(log.Count, new Random(log.Count));
        (erasure["sealed"], erasure["event"]!["type"]) = (null, "student-erased");
        erasure["public"] = new JsonObject { ["kids"] = new JsonArray($"k_{30:x8}", $"k_{312:x8}"), ["authority"] = "court order 12/2026", ["reason"] = "court order" };
        log.Add(erasure);
        for (var i = 0; i < 300; i++)
            log.Add(MadeLog.Event(log.Count, new Random(i)));
        log.Sign(log.Count);
        var line = log.Lines[312];
        var envelope = JsonNode.Parse(line)!["sealed"]!["envelope"]!.GetValue<string>();

        // Still sealed, and nobody can open it: the file says why
        var (code, report, text) = await Verified(log.Entries(300, 400, 900));
        code.ShouldBe(Exit.Valid, text);
        report.GetProperty("erasedLater").GetInt64().ShouldBe(1);
        // Its bytes are gone: only the erasure explains that
        log.Lines[312] = line.Replace($"\"{envelope}\"", "null", StringComparison.Ordinal);
        (code, report, text) = await Verified(log.Entries(300, 400, 900));
        code.ShouldBe(Exit.Valid, text);
        report.GetProperty("erasedParts").GetInt64().ShouldBe(1);
        (code, report, text) = await Verified(log.Entries(300, 400));
        (code, report.First().Code(), report.First().GetProperty("index").GetInt64()).ShouldBe((Exit.Invalid, "key-missing-without-authority", 312), text);
        (code, report, text) = await Verified(log.Entries(300, 400, 901));
        report.Codes().ShouldContain("erasure-malformed", text);

        // Every byte of what came along counts
        var entries = log.Entries(300, 400, 900);
        var at = entries.FindIndex(entry => entry.Name == "erasures.ndjson");
        var told = Encoding.UTF8.GetString(entries[at].Bytes);
        foreach (var (old, now) in new[] { ("court order 12/2026", "court order 13/2026"), ($"k_{312:x8}", $"k_{313:x8}"), ("\"index\":\"900\"", "\"index\":\"899\""), (told, told + told), (told, "") })
        {
            var changed = entries.ToList();
            changed[at] = ("erasures.ndjson", Encoding.UTF8.GetBytes(told.Replace(old, now, StringComparison.Ordinal)));
            (await Verified(changed)).Code.ShouldBe(Exit.Invalid, $"{old} as {now}");
        }
        foreach (var entry in entries.Where(entry => entry.Name.StartsWith("tiles/", StringComparison.Ordinal) || entry.Name == "erasures.ndjson"))
            (await Verified([.. entries.Where(other => other != entry)])).Code.ShouldBe(Exit.Invalid, $"without {entry.Name}");

        Task<(int Code, System.Text.Json.JsonElement Report, string Text)> Verified(List<(string Name, byte[] Bytes)> entries)
        {
            MadeLog.WriteZip(folder["log"], entries);
            return Shell.ReportAsync("verify", folder["log"], "--key", log.Key);
        }
    }

    [Fact]
    public async Task Test_17_Erasing_a_student_keeps_every_proof_and_needs_a_recorded_authority()
    {
        using var log = new MadeLog(300, 42, 200);
        log.WriteProof(folder["before"], 30);
        var erased = log.Lines.Select(line => JsonNode.Parse(line)!.AsObject()).First(e => e["sealed"]?["kid"]?.GetValue<string>() == $"k_{30:x8}");
        var envelope = erased["sealed"]!["envelope"]!.GetValue<string>();
        var line = log.Lines.FindIndex(text => text.Contains(envelope, StringComparison.Ordinal));
        log.Lines[line] = log.Lines[line].Replace($"\"{envelope}\"", "null", StringComparison.Ordinal);

        var (code, report, text) = await Verified();
        code.ShouldBe(Exit.Invalid, "nobody says by what authority");
        (report.First().Code(), report.First().GetProperty("index").GetInt64()).ShouldBe(("key-missing-without-authority", 30), text);

        foreach (var (authority, verdict, fault) in new[] { ("", Exit.Invalid, "erasure-without-authority"), ("court order 12/2026", Exit.Valid, null) })
        {
            var erasure = MadeLog.Event(log.Count, new Random(log.Count));
            (erasure["sealed"], erasure["event"]!["type"]) = (null, "student-erased");
            erasure["public"] = new JsonObject { ["kids"] = new JsonArray($"k_{30:x8}"), ["authority"] = authority, ["reason"] = "court order" };
            using var after = new MadeLog(0, 42);
            foreach (var e in log.Lines.Select(one => JsonNode.Parse(one)!.AsObject()))
                after.Add(e, log.Leaves[int.Parse(e["index"]!.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture)]);
            after.Add(erasure);
            after.Notes.Clear();
            after.Sign(200);
            after.Sign(after.Count);
            MadeLog.WriteZip(folder["log"], after.Entries());
            (code, report, text) = await Shell.ReportAsync("verify", folder["log"], "--key", after.Key);
            code.ShouldBe(verdict, text);
            if (fault is not null)
                report.Codes().ShouldContain(fault);
            report.GetProperty("erasedParts").GetInt64().ShouldBe(1);
            after.Entries().ShouldAllBe(entry => !Encoding.UTF8.GetString(entry.Bytes).Contains(envelope, StringComparison.Ordinal));
        }
        // The proof that an office filed before still holds
        (await Shell.RunAsync("verify", folder["before.tlog-proof"], "--key", log.Key)).Code.ShouldBe(Exit.Valid);

        Task<(int Code, System.Text.Json.JsonElement Report, string Text)> Verified()
        {
            MadeLog.WriteZip(folder["log"], log.Entries());
            return Shell.ReportAsync("verify", folder["log"], "--key", log.Key);
        }
    }

    public void Dispose() => folder.Dispose();
}
