using EquityPlatform.EventSourcing.AuditLog;
using EquityPlatform.Testing;

namespace EquityPlatform.EventSourcing.Tests.AuditLog;

public sealed class SignerTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    [Fact]
    public async Task A_process_that_dies_between_leaves_and_checkpoint_leaves_no_fork()
    {
        await using var log = await AuditedLog.CreateAsync(server);
        for (var i = 0; i < 10; i++)
        {
            await log.NotesAsync(30 + i * 41);
            await log.FollowAllAsync(); // dies here, every other time
            if (i % 2 == 1)
                (await log.Signer().SignAsync(AuditedLog.Tenant, default)).Size.ShouldBe((await log.TreeAsync()).Size);
        }
        (await log.OneHistoryAsync()).Count.ShouldBe(5);
    }

    [Fact]
    public async Task A_signature_that_was_never_committed_is_remembered_and_goes_on()
    {
        await using var log = await AuditedLog.CreateAsync(server);
        await log.NotesAsync(300);
        await log.FollowAllAsync();
        await log.Signer().SignAsync(AuditedLog.Tenant, default);
        // As if the process had died after it wrote its memory and before the database committed
        await log.PlantAsync("delete from {s}.eq_checkpoint; update {s}.eq_log_state set signed_size = -1");
        await log.NotesAsync(5);
        await log.FollowAllAsync();
        (await log.Signer().SignAsync(AuditedLog.Tenant, default)).ShouldBe(new Signing(305, null));
        (await log.OneHistoryAsync()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Nothing_is_signed_twice_and_only_what_is_stored_is_served()
    {
        await using var log = await AuditedLog.CreateAsync(server);
        await log.NotesAsync(3);
        (await log.Reads.CheckpointAsync(AuditedLog.Tenant, null, default)).ShouldBeNull();
        await log.FollowAllAsync();
        (await log.Reads.CheckpointAsync(AuditedLog.Tenant, null, default)).ShouldBeNull();
        (await log.Signer().SignAsync(AuditedLog.Tenant, default)).Size.ShouldBe(3);
        (await log.Signer().SignAsync(AuditedLog.Tenant, default)).ShouldBe(default);
        var served = (await log.Reads.CheckpointAsync(AuditedLog.Tenant, null, default)).ShouldNotBeNull();
        served.Note.ShouldBe(await log.Events.ScalarAsync<string>("select note || cosigned from {s}.eq_checkpoint"));
        served.Note.ShouldStartWith($"{log.Origins.Of(AuditedLog.Tenant)}\n3\n");
    }

    [Fact]
    public async Task After_a_restore_nothing_is_signed_until_the_log_is_founded_anew()
    {
        await using var log = await AuditedLog.CreateAsync(server);
        await log.NotesAsync(100);
        await log.FollowAllAsync();
        await log.Signer().SignAsync(AuditedLog.Tenant, default);
        // Yesterday's backup: the last 40 events and everything about them are gone
        await log.PlantAsync("""
            alter table {s}.mt_events disable trigger eq_append_only; delete from {s}.mt_events where seq_id > 60; alter table {s}.mt_events enable trigger eq_append_only;
            update {s}.eq_head set last_seq = 60; update {s}.eq_tenant set last_seq = 60; delete from {s}.eq_log_tile; delete from {s}.eq_checkpoint;
            update {s}.eq_log_state set size = 0, last_seq = 0, root = null, signed_size = -1; delete from {s}.mt_streams;
            """);
        await log.FollowAllAsync();
        var refusal = (await log.Signer().SignAsync(AuditedLog.Tenant, default)).Refusal.ShouldNotBeNull();
        refusal.ShouldContain("100 leaves were signed, the database holds 60");
        await log.NotesAsync(100);
        await log.FollowAllAsync();
        (await log.Signer().SignAsync(AuditedLog.Tenant, default)).Refusal.ShouldBe(refusal, "also when the log has grown beyond");
        (await log.Reads.CheckpointAsync(AuditedLog.Tenant, null, default)).ShouldBeNull();

        var founded = (await FoundAsync(log)).ShouldNotBeNull();
        (founded.Generation, founded.Origin, founded.Former, founded.Refused).ShouldBe((2, log.Origins.Of(AuditedLog.Tenant) + "/g2", log.Origins.Of(AuditedLog.Tenant), refusal));
        await log.FollowAllAsync();
        (await log.Signer().SignAsync(AuditedLog.Tenant, default)).ShouldBe(new Signing(161, null));
        (await log.OneHistoryAsync()).ShouldHaveSingleItem().Note.ShouldStartWith(founded.Origin + "\n161\n");
        (await FoundAsync(log)).ShouldBeNull("a log in order is not founded again");
        (await log.Events.AllAsync(AuditedLog.Tenant))[^1].Data.ShouldBeOfType<AuditLogFounded>().ShouldBe(founded);

        static Task<AuditLogFounded?> FoundAsync(AuditedLog log) => AuditLogFounded.FoundAsync(log.Events.Log, log.Origins, AuditedLog.Tenant, "operator", "Restored the backup of Monday", default);
    }

    [Fact]
    public async Task A_history_that_was_rewritten_is_not_signed()
    {
        await using var log = await AuditedLog.CreateAsync(server);
        await log.NotesAsync(600);
        await log.FollowAllAsync();
        await log.Signer().SignAsync(AuditedLog.Tenant, default);
        await log.PlantAsync("update {s}.eq_log_tile set hashes = overlay(hashes placing '\\x00'::bytea from 100 for 1) where level = 0 and n = 2");
        await log.NotesAsync(1);
        await log.FollowAllAsync();
        (await log.Signer().SignAsync(AuditedLog.Tenant, default)).Refusal.ShouldNotBeNull().ShouldContain("rewritten");
    }

    [Fact]
    public async Task A_rotation_signs_with_both_keys_until_the_earlier_one_is_retired()
    {
        await using var log = await AuditedLog.CreateAsync(server);
        var origin = log.Origins.Of(AuditedLog.Tenant);
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(log.KeyFile).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var first = log.Keys.VerifierKeys(origin).ShouldHaveSingleItem();
        (await SignaturesAsync()).ShouldBe([Id(first)]);
        new AuditKeys(log.KeyFile).Add(); // another process: the running one notices
        var both = log.Keys.VerifierKeys(origin);
        both[1].ShouldBe(first);
        (await SignaturesAsync()).ShouldBe([Id(both[0]), Id(first)]);
        new AuditKeys(log.KeyFile).RetireEarlier();
        log.Keys.VerifierKeys(origin).ShouldBe(both, "what it signed can still be checked");
        (await SignaturesAsync()).ShouldBe([Id(both[0])]);
        (await File.ReadAllTextAsync(log.KeyFile)).Split("active").Length.ShouldBe(2);

        async Task<string[]> SignaturesAsync()
        {
            await log.NotesAsync(1);
            await log.FollowAllAsync();
            await log.Signer().SignAsync(AuditedLog.Tenant, default);
            var note = (await log.Reads.CheckpointAsync(AuditedLog.Tenant, null, default))!.Note;
            return [.. note.Split("\n\n")[1].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Convert.ToHexStringLower(Convert.FromBase64String(line.Split(' ')[2])[..4]))];
        }

        static string Id(string verifierKey) => verifierKey.Split('+')[1];
    }

    [Fact]
    public async Task A_process_whose_memory_does_not_know_what_was_signed_signs_nothing_until_an_operator_accepts_it()
    {
        await using var log = await AuditedLog.CreateAsync(server);
        await log.NotesAsync(300);
        await log.FollowAllAsync();
        (await log.Signer().SignAsync(AuditedLog.Tenant, default)).Size.ShouldBe(300);
        await log.NotesAsync(1);
        await log.FollowAllAsync();
        var other = log.Signer("signed-elsewhere");
        var outcome = await other.SignAsync(AuditedLog.Tenant, default);
        (outcome.Size, outcome.Refusal).ShouldBe((null, null));
        outcome.NotHere.ShouldNotBeNull().ShouldContain("300 leaves were signed, the signing memory of this process knows none");
        (await log.Signer().SignAsync(AuditedLog.Tenant, default)).ShouldBe(new Signing(301, null), "the one that knows goes on");

        (await log.Signer().AcceptMemoryAsync(AuditedLog.Tenant, default)).ShouldBeNull("nothing was lost");
        (await other.AcceptMemoryAsync(AuditedLog.Tenant, default)).ShouldBe(301);
        await log.NotesAsync(1);
        await log.FollowAllAsync();
        (await other.SignAsync(AuditedLog.Tenant, default)).ShouldBe(new Signing(302, null));
        (await log.Signer().SignAsync(AuditedLog.Tenant, default)).NotHere.ShouldNotBeNull("two memories take turns in forgetting");
        await log.OneHistoryAsync();
    }
}
