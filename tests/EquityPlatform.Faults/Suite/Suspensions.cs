using System.Globalization;
using EquityPlatform.Faults.Running;
using EquityPlatform.Testing;
using EquityPlatform.Testing.Servers;
using Npgsql;

namespace EquityPlatform.Faults.Suite;

/// <summary>Processes that stop without dying, transactions that stay open, rows that stay invisible, a clock that steps.</summary>
static class Suspensions
{
    public static IEnumerable<Fault> All =>
    [
        new("transaction-held-open", 14, HeldOpenAsync),
        new("relay-suspended-after-confirm", 4, (rig, random) => RelayAsync(rig, random, "relay.confirmed")),
        new("relay-suspended-before-publish", 4, (rig, random) => RelayAsync(rig, random, "relay.read")),
        new("writer-suspended-with-the-head", 4, WriterAsync),
        new("writer-slow-with-the-head", 15, SlowWriterAsync),
        new("consumer-suspended", 4, ConsumerAsync),
        new("row-invisible", 15, InvisibleAsync),
        new("clock-an-hour-back", 13, (rig, random) => ClockAsync(rig, random, -3600)),
        new("clock-an-hour-ahead", 13, (rig, random) => ClockAsync(rig, random, 3600)),
        new("clock-five-seconds-back", 13, (rig, random) => ClockAsync(rig, random, -5)),
    ];

    /// <summary>The old relay stops with a batch in its hands, a new one takes over, the old one wakes up: it may send again, it may not move the cursor.</summary>
    static async Task<string> RelayAsync(RunningRig rig, Random random, string point)
    {
        var struck = await rig.Switch.StruckAsync(rig.Switch.Arm(point, "stop", random.Next(1, 6)));
        var old = rig.Sources.Single(source => source.Pid == struck.Pid);
        rig.Divert(old);
        await rig.TakenOverAsync(struck.About!);
        await rig.AcknowledgesAsync(10);
        await rig.CaughtUpAsync();
        old.Resume();
        rig.Restore();
        // It is back at work: its partition goes round again
        await rig.RecoveredAsync();
        return $"{struck.Point} of {struck.About} (pid {struck.Pid}), taken over, resumed";
    }

    /// <summary>The writer stops while it holds the head's lock. The others may not wait for it.</summary>
    static async Task<string> WriterAsync(RunningRig rig, Random random)
    {
        var struck = await rig.Switch.StruckAsync(rig.Switch.Arm("writer.facts", "stop", random.Next(1, 6)));
        var old = rig.Sources.Single(source => source.Pid == struck.Pid);
        rig.Divert(old);
        await rig.AcknowledgesAsync(10);
        old.Resume();
        rig.Restore();
        return $"{struck.Point} (pid {struck.Pid}), the other replica went on";
    }

    /// <summary>A writer is slow between its look at the log and its commit. Nobody may commit later positions before it, or readers would pass its events.</summary>
    static async Task<string> SlowWriterAsync(RunningRig rig, Random random)
    {
        var struck = await rig.Switch.StruckAsync(rig.Switch.Arm("writer.facts", "delay", random.Next(1, 6), 1500));
        await rig.AcknowledgesAsync(5);
        return $"{struck.Point} (pid {struck.Pid}) for 1.5 s";
    }

    static async Task<string> ConsumerAsync(RunningRig rig, Random random)
    {
        var struck = await rig.Switch.StruckAsync(rig.Switch.Arm("consumer.applied", "stop", random.Next(1, 6)));
        await rig.AcknowledgesAsync(10);
        rig.Sink.Resume();
        return $"{struck.Point} of {struck.About} (pid {struck.Pid})";
    }

    const int HeldOpenSeconds = 120;

    /// <summary>Somebody's transaction, with a transaction id and a snapshot, stays open for minutes: no feed may wait for it.</summary>
    static async Task<string> HeldOpenAsync(RunningRig rig, Random random)
    {
        await using var connection = new NpgsqlConnection(rig.Database);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead);
        await using (var command = new NpgsqlCommand("create table public.held (n int); insert into public.held values (1); select count(*) from source.mt_events", connection))
            await command.ExecuteNonQueryAsync();
        await using var age = new NpgsqlCommand("select extract(epoch from clock_timestamp() - xact_start)::int from pg_stat_activity where pid = pg_backend_pid()", connection);
        int seconds;
        do
        {
            await rig.AcknowledgesAsync(10);
            await rig.CaughtUpAsync(TimeSpan.FromSeconds(20)); // every tenant's feed, while it is still open
            seconds = await age.ExecuteScalarAsync() as int? ?? 0;
        }
        while (seconds < HeldOpenSeconds);
        return $"open for {seconds} s, feeds of all tenants went on";
    }

    /// <summary>Marten's #4964: a trigger and a lock keep exactly one row from being committed while others follow. Whoever reads "everything after n" must not pass it.</summary>
    static async Task<string> InvisibleAsync(RunningRig rig, Random random)
    {
        const long Key = 4964;
        await rig.Reader.ExecuteAsync($"""
            create or replace function public.hold_row() returns trigger language plpgsql security definer as $$
              begin
                if exists (select from public.hold) and new.tenant_id = (select tenant from public.hold) then
                  delete from public.hold; insert into public.was_held values (new.seq_id);
                  perform pg_advisory_xact_lock({Key});
                end if;
                return new;
              end $$;
            create table if not exists public.hold (tenant varchar);
            create table if not exists public.was_held (seq bigint);
            drop trigger if exists hold_row on source.mt_events;
            create trigger hold_row before insert on source.mt_events for each row execute function public.hold_row();
            """);
        await using var connection = new NpgsqlConnection(rig.Database);
        await connection.OpenAsync();
        await using (var hold = new NpgsqlCommand($"select pg_advisory_lock({Key}); insert into public.hold values ('{Load.Tenants[random.Next(Load.Tenants.Length)]}')", connection))
            await hold.ExecuteNonQueryAsync();
        async Task<bool> WaitsAsync()
        {
            await using var waiting = new NpgsqlCommand($"select count(*) from pg_locks where locktype = 'advisory' and objid = {Key} and not granted", connection);
            return await waiting.ExecuteScalarAsync() is > 0L;
        }
        try
        {
            await Eventually.Async(WaitsAsync, because: "a row is kept invisible");
        }
        catch (TimeoutException)
        {
            throw new MissedException("no row was kept invisible");
        }
        // Time enough for whatever could be read past it
        await Networks.Passed(TimeSpan.FromSeconds(3));
        if (!await WaitsAsync())
            throw new MissedException("the row did not stay invisible");
        await using (var release = new NpgsqlCommand($"select pg_advisory_unlock({Key})", connection))
            await release.ExecuteNonQueryAsync();
        await Eventually.Async(async () => (await rig.Reader.RowsAsync("select 1 from public.was_held", r => r.GetInt32(0))).Count > 0, because: "the row is committed");
        await rig.Reader.ExecuteAsync("drop trigger hold_row on source.mt_events; drop function public.hold_row(); drop table public.hold");
        var held = (await rig.Reader.RowsAsync("select max(seq) from public.was_held", r => r.GetInt64(0)))[0];
        return string.Create(CultureInfo.InvariantCulture, $"the row at {held} for 3 s");
    }

    /// <summary>All clocks of the services step, under load, and while a relay that had trouble six times in a row has set itself a time for its next try.</summary>
    static async Task<string> ClockAsync(RunningRig rig, Random random, int seconds)
    {
        var tenant = Load.Tenants[random.Next(Load.Tenants.Length)];
        for (var trouble = 0; trouble < 6; trouble++)
            await rig.Switch.StruckAsync(rig.Switch.Arm("relay.read", "throw", about: tenant));
        await rig.StepClockAsync(seconds);
        await rig.AcknowledgesAsync(10);
        await rig.CaughtUpAsync();
        await rig.StepClockAsync(0);
        return string.Create(CultureInfo.InvariantCulture, $"{seconds:+0;-0} s and back, while the relay waits with {tenant}");
    }
}
