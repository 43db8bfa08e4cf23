using EquityPlatform.ServiceHost.Bus;
using EquityPlatform.ServiceHost.Database;
using EquityPlatform.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace EquityPlatform.ServiceHost.Tests;

public sealed class RelayTests(PostgresServer postgres, RabbitMqServer rabbit) : IClassFixture<PostgresServer>, IClassFixture<RabbitMqServer>
{
    static readonly Dictionary<string, string?> QuickLease = new() { ["Bus:Lease"] = "00:00:01" };

    [Fact]
    public async Task Only_the_relay_that_claimed_last_moves_the_cursor()
    {
        var definition = TestService.Define("fenced");
        await postgres.Logins.MigrateAsync(definition);
        await using var database = Npgsql.NpgsqlDataSource.Create(postgres.Logins.Service);
        var cursor = new RelayCursor(database, "fenced");
        await LeaseAsync("fenced", "old", 1);
        var old = (await cursor.ClaimAsync(TestService.Tenant, "old", new(PartitionLeases.Relay, 0, 1), default)).ShouldNotBeNull();
        (await cursor.MoveAsync(TestService.Tenant, old, 10, default)).ShouldBeTrue();

        await LeaseAsync("fenced", "new", 2);
        var claim = (await cursor.ClaimAsync(TestService.Tenant, "new", new(PartitionLeases.Relay, 0, 2), default)).ShouldNotBeNull();
        claim.Position.ShouldBe(10);
        // The old one wakes up, as after a long stop, with a batch in its hands
        (await cursor.MoveAsync(TestService.Tenant, old, 20, default)).ShouldBeFalse();
        (await cursor.ClaimAsync(TestService.Tenant, "old", new(PartitionLeases.Relay, 0, 1), default)).ShouldBeNull();
        (await cursor.MoveAsync(TestService.Tenant, claim, 15, default)).ShouldBeTrue();
        // Never backwards
        (await cursor.MoveAsync(TestService.Tenant, claim, 12, default)).ShouldBeFalse();
        (await PositionAsync("fenced")).ShouldBe(15);
    }

    [Fact]
    public async Task A_relay_that_lost_its_tenant_stops_and_takes_it_up_again_when_it_may()
    {
        await using var pair = await Pair.StartAsync(postgres, rabbit, "lost", QuickLease);
        await pair.Source.AppendAsync(TestService.Tenant, "count-a", new Counted(1));
        await pair.Source.RelayedAsync(TestService.Tenant, 1);

        // Another replica takes every partition and the tenant, and then does nothing
        await ExecuteAsync("update lostsource.eq_partition_lease set holder = 'other', epoch = epoch + 1, expires = now() + interval '1 hour' where name = 'relay'");
        await ExecuteAsync("update lostsource.eq_progress set epoch = epoch + 1 where consumer = 'relay'");
        await pair.Source.AppendAsync(TestService.Tenant, "count-a", new Counted(2));
        await pair.AppliedAsync(TestService.Tenant, [1, 2]); // by pulling or by the batch that the old relay still sent
        (await PositionAsync("lostsource")).ShouldBe(1);

        await ExecuteAsync("update lostsource.eq_partition_lease set expires = now() where holder = 'other'");
        await pair.Source.AppendAsync(TestService.Tenant, "count-a", new Counted(3));
        await pair.Source.RelayedAsync(TestService.Tenant, 3);
        await pair.AppliedAsync(TestService.Tenant, [1, 2, 3]);
    }

    [Fact]
    public async Task Replicas_share_the_partitions_and_take_over_from_each_other()
    {
        await using var pair = await Pair.StartAsync(postgres, rabbit, "shared", QuickLease);
        var second = await TestService.StartAsync("sharedsource", postgres.ConnectionString, rabbit.Address.ToString(), QuickLease);
        await using (second)
        {
            await Eventually.Async(() => HeldBy(pair.Source) == 1 && HeldBy(second) == 1, because: "each replica has one of two partitions");
            for (var t = 0; t < 6; t++)
                for (var i = 1; i <= 10; i++)
                    await (i % 2 == 0 ? pair.Source : second).AppendAsync($"district-{t}", "count-a", new Counted(i));
            for (var t = 0; t < 6; t++)
                await pair.AppliedAsync($"district-{t}", Enumerable.Range(1, 10));
        }
        await Eventually.Async(() => HeldBy(pair.Source) == 2, because: "the one that is left has both");
        await pair.Source.AppendAsync("district-0", "count-a", new Counted(11));
        await pair.AppliedAsync("district-0", Enumerable.Range(1, 11));
    }

    static int HeldBy(TestService service)
    {
        var leases = service.App.Services.GetRequiredService<PartitionLeases>();
        return Enumerable.Range(0, 2).Count(partition => leases.Of(PartitionLeases.Relay, partition) is not null);
    }

    async Task<long> PositionAsync(string schema)
    {
        await using var command = postgres.Database.CreateCommand($"select seq from {schema}.eq_progress where consumer = 'relay'");
        return (await command.ExecuteScalarAsync()).ShouldBeOfType<long>();
    }

    Task LeaseAsync(string schema, string holder, long epoch) => ExecuteAsync($"""
        insert into {schema}.eq_partition_lease (name, partition, holder, epoch, expires) values ('relay', 0, '{holder}', {epoch}, now() + interval '1 hour')
        on conflict (name, partition) do update set holder = excluded.holder, epoch = excluded.epoch
        """);

    async Task ExecuteAsync(string sql)
    {
        await using var command = postgres.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
