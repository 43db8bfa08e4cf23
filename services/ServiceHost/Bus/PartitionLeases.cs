using System.Collections.Concurrent;
using EquityPlatform.EventSourcing;
using EquityPlatform.ServiceHost.Database;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EquityPlatform.ServiceHost.Bus;

/// <summary>A partition that this replica may work on. <paramref name="Epoch"/> rises with every change of hands.</summary>
internal sealed record PartitionLease(string Name, int Partition, long Epoch);

/// <summary>
/// Shares the partitions of the relay and of each consumer among the replicas of a service, by rows in <c>eq_partition_lease</c>.
/// A lease says who should work; that nobody works twice is decided elsewhere (fenced cursors, locked positions).
/// </summary>
internal sealed class PartitionLeases(ServiceDefinition definition, NpgsqlDataSource database, BusSettings settings, SchemaGate gate,
    IEnumerable<IBusConsumer> consumers, ILogger<PartitionLeases> logger) : BackgroundService
{
    public const string Relay = "relay";
    const string Members = "replica";

    readonly string table = $"{EventLogSchema.Quoted(definition.Name)}.eq_partition_lease";
    readonly string[] names = [Relay, .. consumers.Select(consumer => ConsumerLease(consumer.Name))];
    readonly ConcurrentDictionary<(string Name, int Partition), PartitionLease> held = new();
    TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>This process, as it stands in the lease rows.</summary>
    public string Holder { get; } = $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid():N}";

    /// <summary>Replicas seen at the last look; alone, a service needs no quick polling for others' commits.</summary>
    public int Replicas { get; private set; } = 1;

    public static string ConsumerLease(string consumer) => $"consumer {consumer}";

    public PartitionLease? Of(string name, int partition) => held.GetValueOrDefault((name, partition));

    /// <summary>Leases in force, whoever holds them.</summary>
    public async Task<IReadOnlyList<Operations.LeaseLine>> ListAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select name, partition, holder, expires from {table} where expires > now() and name not like '{Members} %' order by name, partition");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var lines = new List<Operations.LeaseLine>();
        while (await reader.ReadAsync(cancellation))
            lines.Add(new(reader.GetString(0), reader.GetInt32(1), reader.GetString(2), reader.GetFieldValue<DateTimeOffset>(3)));
        return lines;
    }

    /// <summary>Completes at the next change of what this replica holds.</summary>
    public Task ChangedAsync(CancellationToken cancellation) => Volatile.Read(ref changed).Task.WaitAsync(cancellation);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await gate.OpenedAsync(stoppingToken);
        using var timer = new PeriodicTimer(settings.Lease / 4);
        try
        {
            do
                await RenewAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        finally
        {
            await ReleaseAsync();
        }
    }

    async Task RenewAsync(CancellationToken cancellation)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellation);
            Replicas = await RegisterAsync(connection, cancellation);
            var share = (settings.Partitions + Replicas - 1) / Replicas;
            var now = new List<PartitionLease>();
            foreach (var name in names)
                now.AddRange(await TakeAsync(connection, name, share, cancellation));
            Replace(now);
        }
        catch (Exception e) when (Outage.Is(e) && !cancellation.IsCancellationRequested)
        {
            // Leases are kept until someone else takes them: whoever works without one is fenced at the next write
            logger.LogWarning("{Service} cannot renew its partitions: {Reason}", definition.Name, e.Message);
        }
    }

    /// <summary>Makes this replica known and counts those that are.</summary>
    async Task<int> RegisterAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"""
            with me as (
              insert into {table} (name, partition, holder, epoch, expires) values ($1, 0, $2, 0, now() + $3)
              on conflict (name, partition) do update set expires = excluded.expires),
            gone as (delete from {table} where name like '{Members} %' and expires < now() - interval '1 hour')
            select count(*)::int + 1 from {table} where name like '{Members} %' and name <> $1 and expires > now()
            """, connection);
        command.Parameters.Add(new() { Value = $"{Members} {Holder}" });
        command.Parameters.Add(new() { Value = Holder });
        command.Parameters.Add(new() { Value = settings.Lease });
        return await command.ExecuteScalarAsync(cancellation) as int? ?? 1;
    }

    /// <summary>Renews what this replica holds, up to its fair share, gives back the rest, and takes free ones.</summary>
    async Task<List<PartitionLease>> TakeAsync(NpgsqlConnection connection, string name, int share, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"""
            with wanted as (
              select p as partition from generate_series(0, $3 - 1) p left join {table} l on l.name = $1 and l.partition = p
              where l.holder is null or l.holder = $2 or l.expires < now()
              order by l.holder = $2 desc nulls last, p limit $4),
            given as (
              update {table} set expires = now() - interval '1 second'
              where name = $1 and holder = $2 and expires > now() and partition not in (select partition from wanted))
            insert into {table} as l (name, partition, holder, epoch, expires) select $1, partition, $2, 1, now() + $5 from wanted
            on conflict (name, partition) do update
              set holder = excluded.holder, expires = excluded.expires, epoch = l.epoch + case when l.holder = excluded.holder then 0 else 1 end
              where l.holder = excluded.holder or l.expires < now()
            returning partition, epoch
            """, connection);
        command.Parameters.Add(new() { Value = name });
        command.Parameters.Add(new() { Value = Holder });
        command.Parameters.Add(new() { Value = settings.Partitions });
        command.Parameters.Add(new() { Value = share });
        command.Parameters.Add(new() { Value = settings.Lease });
        var leases = new List<PartitionLease>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            leases.Add(new(name, reader.GetInt32(0), reader.GetInt64(1)));
        return leases;
    }

    void Replace(List<PartitionLease> now)
    {
        if (held.Count == now.Count && now.All(lease => held.GetValueOrDefault((lease.Name, lease.Partition)) == lease))
            return;
        foreach (var key in held.Keys.Except(now.Select(lease => (lease.Name, lease.Partition))))
            held.TryRemove(key, out _);
        foreach (var lease in now)
            held[(lease.Name, lease.Partition)] = lease;
        logger.LogInformation("{Service} works on {Leases}", definition.Name, now.Select(lease => $"{lease.Name}.{lease.Partition}").Order(StringComparer.Ordinal).ToArray());
        Interlocked.Exchange(ref changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }

    /// <summary>On the way out others need not wait for the end of the leases.</summary>
    async Task ReleaseAsync()
    {
        try
        {
            await using var command = database.CreateCommand($"update {table} set expires = now() - interval '1 second' where holder = $1 and expires > now()");
            command.Parameters.Add(new() { Value = Holder });
            command.CommandTimeout = 2;
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (Exception e) when (Outage.Is(e))
        {
            logger.LogWarning("{Service} could not give its partitions back: {Reason}", definition.Name, e.Message);
        }
    }
}
