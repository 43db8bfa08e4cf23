using EquityPlatform.Contracts.Interventions;
using EquityPlatform.EventSourcing;
using EquityPlatform.Interventions.Tests.Http;
using EquityPlatform.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using static EquityPlatform.Interventions.Tests.Examples;

namespace EquityPlatform.Interventions.Tests.Board;

/// <summary>The read model on real PostgreSQL: rebuilt equal, kept apart by tenant, attention by date.</summary>
public sealed class BoardTests(District district) : IClassFixture<District>
{
    const string Dump = """
        select coalesce(jsonb_agg(r order by r::text), '[]')::text from (
          select to_jsonb(g) as r from interventions.goal_board g union all select to_jsonb(p) from interventions.plan_board p union all
          select to_jsonb(d) from interventions.decision_board d union all select to_jsonb(x) from interventions.refused_decision_board x) rows
        """;

    /// <summary>Appends stored events as they are, whatever the rules would say today, and waits until the board shows them.</summary>
    async Task AppendAsync(string tenant, Guid goal, params GoalEvent[] events)
    {
        var result = await district.Log.AppendAsync(new(tenant, $"goal-{goal:D}", "goal", ExpectedVersion.NoStream, [.. events.Select(e => new NewEvent(Guid.NewGuid(), e))],
            new("demo:district-leader")), CancellationToken.None);
        var position = result.ShouldBeOfType<AppendResult.Appended>().LastPosition;
        await district.Services.GetRequiredKeyedService<SubscriptionRunner>(GoalBoard.Version).WaitForAsync(tenant, position, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
    }

    async Task AppendStoryAsync(string tenant, params DecisionRecorded[] decisions)
    {
        var (goal, plan) = (Guid.NewGuid(), Guid.NewGuid());
        await AppendAsync(tenant, goal, [TheGoal with { GoalId = goal }, ThePlan with { GoalId = goal, PlanId = plan },
            .. decisions.Select(d => d with { GoalId = goal, PlanId = plan, DecisionId = Guid.NewGuid() }),
            new DecisionRefused(goal, plan, Guid.NewGuid(), "stop", "decision.no-authority", "demo:principal", ["principal"], 1)]);
    }

    [Fact]
    public async Task The_verb_rebuilds_the_board_beside_the_running_service()
    {
        await AppendStoryAsync("verb-a", Decided(DecisionKinds.Scale));
        await using var dump = district.Database.CreateCommand(Dump.Replace("plan_board p", "plan_board p where tenant_id = 'verb-a'", StringComparison.Ordinal));
        var before = await dump.ExecuteScalarAsync() as string;
        await using (var spoil = district.Database.CreateCommand("update interventions.plan_board set state = 'open' where tenant_id = 'verb-a'"))
            (await spoil.ExecuteNonQueryAsync()).ShouldBe(1);
        (await dump.ExecuteScalarAsync() as string).ShouldNotBe(before);

        (await district.RunVerbAsync("rebuild", "no-board/1")).ShouldBe(2);
        (await district.RunVerbAsync("rebuild", GoalBoard.Version)).ShouldBe(0);
        (await dump.ExecuteScalarAsync() as string).ShouldBe(before);
        (await district.RunVerbAsync("rebuild", GoalBoard.Version)).ShouldBe(1, "the old tables are still kept");
        (await district.RunVerbAsync("rebuild", GoalBoard.Version, "--drop-old")).ShouldBe(0);
        await AppendStoryAsync("verb-a", Decided(DecisionKinds.Stop)); // the running service goes on with the new tables
        (await dump.ExecuteScalarAsync() as string).ShouldNotBe(before);
    }

    [Fact]
    public async Task A_rebuild_gives_equal_rows()
    {
        foreach (var tenant in new[] { "rebuild-a", "rebuild-b" })
            foreach (var kind in DecisionKinds.All)
                await AppendStoryAsync(tenant, Decided(DecisionKinds.Refine), Decided(kind));
        await using var dump = district.Database.CreateCommand(Dump);
        var before = await dump.ExecuteScalarAsync() as string;
        before.ShouldNotBeNull();
        foreach (var state in new[] { "open", "scaled", "replaced", "stopped" })
            before.ShouldContain($"\"state\": \"{state}\"");

        var database = await district.CreateDatabaseAsync(); // the same log in another database, its board built from nothing
        var roles = TestRoles.Of(database);
        await roles.MigrateAsync(InterventionsService.Definition);
        await using var source = NpgsqlDataSource.Create(database);
        await CopyLogAsync(source);
        await using var service = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(roles.Service) { SearchPath = "interventions" }.ConnectionString);
        await using var writer = NpgsqlDataSource.Create(roles.Writer);
        await using var log = new EventLog(service, writer, "interventions", InterventionsService.Definition.Types, TimeProvider.System);
        var runner = new SubscriptionRunner(log, new GoalBoard());
        using var stop = new CancellationTokenSource();
        var running = runner.RunAsync(stop.Token);
        foreach (var tenant in await log.TenantsAsync(CancellationToken.None))
            await runner.WaitForAsync(tenant, await log.HeadAsync(tenant, CancellationToken.None), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
        await stop.CancelAsync();
        await running;
        await using var rebuilt = source.CreateCommand(Dump);
        (await rebuilt.ExecuteScalarAsync() as string).ShouldBe(before);
    }

    async Task CopyLogAsync(NpgsqlDataSource target)
    {
        await using var from = await district.Database.OpenConnectionAsync();
        await using var to = await target.OpenConnectionAsync();
        foreach (var table in new[] { "mt_streams", "mt_events", "eq_head", "eq_tenant" })
        {
            await using var clear = new NpgsqlCommand($"set session_replication_role = replica; truncate interventions.{table}; reset session_replication_role", to);
            await clear.ExecuteNonQueryAsync();
            using var reader = await from.BeginTextExportAsync($"copy interventions.{table} to stdout");
            await using var writer = await to.BeginTextImportAsync($"copy interventions.{table} from stdin");
            await writer.WriteAsync(await reader.ReadToEndAsync());
        }
    }

    [Fact]
    public async Task The_database_keeps_districts_apart_below_the_code()
    {
        foreach (var tenant in new[] { "apart-a", "apart-b" })
            await AppendStoryAsync(tenant, Decided(DecisionKinds.Refine));
        var database = district.Services.GetRequiredService<NpgsqlDataSource>(); // the service's own role
        async Task<string?> Seen(string tenant)
        {
            await using var transaction = await TenantTransaction.BeginAsync(database, tenant, CancellationToken.None);
            await using var count = new NpgsqlCommand("""
                select string_agg(distinct tenant_id, ',') from (select tenant_id from interventions.goal_board union all select tenant_id from interventions.plan_board
                  union all select tenant_id from interventions.decision_board union all select tenant_id from interventions.refused_decision_board) t
                """, transaction.Connection);
            return await count.ExecuteScalarAsync() as string;
        }
        (await Seen("apart-a")).ShouldBe("apart-a");
        (await Seen("apart-b")).ShouldBe("apart-b");
        (await Seen("")).ShouldBeNull();

        await using (var transaction = await TenantTransaction.BeginAsync(database, "apart-c", CancellationToken.None)) // the projection itself works under these rules
        {
            await new GoalBoard().ApplyAsync("apart-c", [Recorded("apart-c", 1, TheGoal), Recorded("apart-c", 2, ThePlan), Recorded("apart-c", 3, Refined)], transaction.Connection, CancellationToken.None);
            await using var rows = new NpgsqlCommand("select state || ' ' || review from plan_board", transaction.Connection); // this tenant's one plan; rolled back, so that the log stays the truth
            (await rows.ExecuteScalarAsync()).ShouldBe("open 2027-02-01");
        }
        await using (var transaction = await TenantTransaction.BeginAsync(database, "apart-a", CancellationToken.None))
            (await Should.ThrowAsync<PostgresException>(RunAsync(transaction.Connection, "insert into goal_board select 'apart-b', gen_random_uuid(), 999, revision, title, purpose, indicator, indicator_version, higher_is_better, dimension, student_group, school, baseline, target, due, owner, set_at, set_by from goal_board")))
                .SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    static RecordedEvent Recorded(string tenant, long version, GoalEvent e) => new(1_000_000 + version, Guid.NewGuid(), tenant, Goal.Type.StreamId(GoalId), version,
        InterventionsService.Definition.Types.AliasOf(e.GetType()), System.Text.Json.JsonSerializer.Serialize(e, e.GetType(), EventTypes.Json), new(2026, 9, 1, 0, 0, 0, TimeSpan.Zero),
        "demo:district-leader", null, null, null, null, InterventionsService.Definition.Types);

    static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    [Fact]
    public async Task Attention_names_what_waits_for_people()
    {
        const string tenant = "attention";
        var day = new DateOnly(2027, 3, 1);
        var far = new DateOnly(2028, 6, 1);
        static Guid Goal(char c) => new($"10000000-0000-4000-8000-00000000000{c}");
        static Guid Plan(char c) => new($"20000000-0000-4000-8000-00000000000{c}");
        async Task Add(char c, DateOnly due, DateOnly? review, DecisionRecorded? decision = null)
        {
            List<GoalEvent> events = [TheGoal with { GoalId = Goal(c), Due = due }];
            if (review is { } on)
                events.Add(ThePlan with { GoalId = Goal(c), PlanId = Plan(c), Review = on });
            if (decision is not null)
                events.Add(decision with { GoalId = Goal(c), PlanId = Plan(c), DecisionId = Guid.NewGuid() });
            await AppendAsync(tenant, Goal(c), [.. events]);
        }
        await Add('1', far, day.AddDays(-1));                                  // its review is overdue
        await Add('2', far, day.AddDays(14));                                  // its review is due
        await Add('3', far, day.AddDays(15));                                  // not yet
        await Add('4', far, null);                                             // no plan
        await Add('5', far, day.AddDays(-1), Decided(DecisionKinds.Stop));     // its only plan ended
        await Add('6', day.AddDays(-1), day.AddDays(15));                      // the goal is overdue
        await Add('7', day, day.AddDays(20));                                  // the goal is due today
        await Add('8', far, day.AddDays(-1), Decided(DecisionKinds.Refine) with { NextReview = day.AddDays(100) }); // reviewed in time

        var attention = new Attention(new TenantReads(district.Log));
        var list = await attention.ListAsync(tenant, null, day, "America/Chicago", CancellationToken.None);
        list.Items.Where(i => i.Kind != "goalWithoutPlan").Select(i => (i.Kind, i.GoalId, i.PlanId, i.DaysLeft)).ShouldBe([
            ("goalOverdue", Goal('6'), null, -1), ("reviewOverdue", Goal('1'), Plan('1'), -1), ("goalDue", Goal('7'), null, 0), ("reviewDue", Goal('2'), Plan('2'), 14)]);
        list.Items.Where(i => i.Kind == "goalWithoutPlan").Select(i => i.GoalId).ShouldBe([Goal('4'), Goal('5')]);
        (await attention.ListAsync(tenant, ["another-school"], day, "UTC", CancellationToken.None)).Items.ShouldBeEmpty();
    }
}
