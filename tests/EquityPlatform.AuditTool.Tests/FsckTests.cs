using EquityPlatform.AuditTool.Commands;
using EquityPlatform.ServiceHost.Tests;
using EquityPlatform.Testing;

namespace EquityPlatform.AuditTool.Tests;

/// <summary>The tables of a running service, changed by hand as a superuser, row by row.</summary>
public sealed class FsckTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    [Fact]
    public async Task Whatever_is_changed_in_the_tables_is_named()
    {
        await using var service = await SignedService.StartAsync(postgres, "checked", 700);
        await service.Service.App.StopAsync(); // the tables stand still, so that each change can be taken back
        (await FsckAsync(service)).Code.ShouldBe(Exit.Valid, (await FsckAsync(service)).Text);

        // What is done, which event is named first, and by which code. Positions are indexes plus one: one district, no other events
        foreach (var (sql, index, code) in new (string, int?, string)[]
        {
            ("update {e} set data = jsonb_set(data, '{filler}', '\"x\"') where seq_id = 124", 123, "event-changed"),
            ("update {e} set data = data || '{\"added\": 1}' where seq_id = 1", 0, "event-changed"),
            ("update {e} set type = 'kept-inside/1' where seq_id = 257", 256, "event-changed"),
            ("update {e} set type = 'counted/2' where seq_id = 257", 256, "event-changed"),
            ("update {e} set user_name = 'demo:nobody' where seq_id = 600", 599, "event-changed"),
            ("update {e} set headers = '{\"reason\": \"none\"}' where seq_id = 600", 599, "event-changed"),
            ("update {e} set correlation_id = 'x' where seq_id = 5", 4, "event-changed"),
            ("update {e} set causation_id = 'x' where seq_id = 5", 4, "event-changed"),
            ("update {e} set id = gen_random_uuid() where seq_id = 700", 699, "event-changed"),
            ("update {e} set timestamp = timestamp + interval '1 microsecond' where seq_id = 300", 299, "event-changed"),
            ("update {e} set stream_id = 'count-9' where seq_id = 512", 511, "event-changed"),
            ("update {e} set version = 9999 where seq_id = 513", 512, "event-changed"),
            ("delete from {e} where seq_id = 42", 41, "event-missing"),
            ("delete from {e} where seq_id between 250 and 260", 249, "event-missing"),
            ("delete from {e} where seq_id = 700", 699, "event-missing"),
            ("update {e} set seq_id = 100000 + seq_id where seq_id = 50", 49, "event-missing"),
            ("update {e} a set data = b.data from {e} b where a.seq_id in (77, 78) and b.seq_id = 155 - a.seq_id", 76, "event-changed"),
            ("update {t} set hashes = set_byte(hashes, 32 * 9 + 3, get_byte(hashes, 32 * 9 + 3) # 1) where level = 0 and n = 1", 265, "tile-changed"),
            ("update {t} set hashes = set_byte(hashes, 5, get_byte(hashes, 5) # 1) where level = 0 and n = 2", 512, "tile-changed"),
            ("update {t} set hashes = set_byte(hashes, 35, get_byte(hashes, 35) # 1) where level = 1", 256, "tile-changed"),
            ("delete from {t} where level = 0 and n = 1", 256, "tile-missing"),
            ("delete from {t} where level = 1", 0, "tile-missing"),
            ("update {t} set hashes = substring(hashes for 64) where level = 0 and n = 0", null, "tile-malformed"),
            ("update {c} set note = replace(note, 'audit.example.org', 'audit.example.com')", null, "checkpoint-malformed"),
            ("update {c} set size = size - 1 where size = 700", 698, "checkpoint-malformed"),
            ("update {c} set note = regexp_replace(note, '..=\\n', 'AA=\\n')", null, "checkpoint-malformed"),
            ("update {m} set version = version + 1 where id = 'count-1'", null, "stream-differs"),
            ("delete from {m} where id = 'count-2'", null, "stream-differs"),
            ("update {s} set root = set_byte(root, 0, get_byte(root, 0) # 1)", null, "state-differs"),
            ("update {s} set last_seq = 699", null, "state-differs"),
            ("update {s} set signed_size = 1", null, "state-differs"),
            ("update {e} set is_archived = true where seq_id = 3", null, "row-marked"),
            ("update checked.eq_tenant set last_seq = 3", null, "head-differs"),
            ("update checked.eq_head set last_seq = 3", null, "head-differs"),
        })
        {
            await KeepAsync();
            await SignedService.TamperAsync(postgres, Named(sql));
            var (exit, report, text) = await FsckAsync(service);
            exit.ShouldBe(Exit.Invalid, sql + text);
            if (index is not null)
                (report.First().GetProperty("index").GetInt64(), report.First().Code()).ShouldBe((index.Value, code), sql + text);
            else
                report.Codes().ShouldContain(code, sql + text);
            await PutBackAsync();
        }
        (await FsckAsync(service)).Code.ShouldBe(Exit.Valid);
    }

    [Fact]
    public async Task A_row_that_was_slipped_in_is_named()
    {
        await using var service = await SignedService.StartAsync(postgres, "slipped", 300);
        await service.Service.App.StopAsync();
        // Room for it: as if the position belonged to another district
        await SignedService.TamperAsync(postgres, """
            insert into slipped.mt_events select 0, gen_random_uuid(), stream_id, 9999, data, bdata, type, timestamp, tenant_id, mt_dotnet_type, correlation_id, causation_id, headers, user_name, is_archived
            from slipped.mt_events where seq_id = 1
            """);
        var (exit, report, text) = await FsckAsync(service);
        exit.ShouldBe(Exit.Invalid, text);
        (report.First().GetProperty("index").GetInt64(), report.First().Code()).ShouldBe((0, "event-added"), text);
    }

    [Fact]
    public async Task The_last_events_cannot_be_cut_off_where_a_checkpoint_was_kept()
    {
        await using var service = await SignedService.StartAsync(postgres, "cut", 300);
        await File.WriteAllTextAsync(service.Folder["kept"], await service.CheckpointAsync());
        await service.Service.App.StopAsync();
        await SignedService.TamperAsync(postgres, $"""
            delete from cut.mt_events where seq_id > 250; delete from cut.eq_checkpoint where size > 250; delete from cut.eq_log_tile where level = 0 and n = 1
            """);
        (await FsckAsync(service, "--checkpoint", service.Folder["kept"])).Code.ShouldNotBe(Exit.Valid);
    }

    static string Named(string sql) => sql.Replace("{e}", "checked.mt_events", StringComparison.Ordinal).Replace("{t}", "checked.eq_log_tile", StringComparison.Ordinal)
        .Replace("{c}", "checked.eq_checkpoint", StringComparison.Ordinal).Replace("{m}", "checked.mt_streams", StringComparison.Ordinal).Replace("{s}", "checked.eq_log_state", StringComparison.Ordinal);

    static readonly string[] Tables = ["mt_events", "mt_streams", "eq_log_tile", "eq_checkpoint", "eq_log_state", "eq_tenant", "eq_head"];

    async Task KeepAsync()
    {
        foreach (var table in Tables)
            await ExecuteAsync($"drop table if exists kept_{table}; create table kept_{table} as select * from checked.{table}");
    }

    async Task PutBackAsync()
    {
        foreach (var table in Tables)
            await ExecuteAsync($"set session_replication_role = replica; delete from checked.{table}; insert into checked.{table} select * from kept_{table}; reset session_replication_role");
    }

    async Task ExecuteAsync(string sql)
    {
        await using var command = postgres.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    Task<(int Code, System.Text.Json.JsonElement Report, string Text)> FsckAsync(SignedService service, params string[] more) =>
        Shell.ReportAsync(["fsck", service.Name, TestService.Tenant, "--database", postgres.ConnectionString, "--key", service.Key, .. more]);
}
