using System.Text.Json;
using EquityPlatform.Contracts.Interventions;
using EquityPlatform.EventSourcing;
using Npgsql;

namespace EquityPlatform.Interventions;

/// <summary>What the list of goals may be narrowed to.</summary>
/// <param name="Schools">Schools the reader may see, null for all.</param>
internal sealed record GoalFilter(IReadOnlyCollection<string>? Schools, string? School, string? Indicator, long? Before, int Limit, bool Count);

/// <summary>One goal with everything under it, as the board holds it.</summary>
internal sealed record BoardGoal(GoalSummary Summary, string Purpose, string SetBy, IReadOnlyList<PlanView> Plans, IReadOnlyList<DecisionView> Decisions,
    IReadOnlyList<RefusedDecisionView> Refused);

/// <summary>Reads the tables of <see cref="GoalBoard"/>.</summary>
internal sealed class GoalQueries(TenantReads reads)
{
    const string Summary = """
        select g.goal_id, g.revision, g.title, g.indicator, g.indicator_version, g.dimension, g.student_group, g.school, g.baseline, g.target, g.higher_is_better, g.due, g.owner,
          p.plans, p.open_plans, p.next_review, (select d.kind from decision_board d where d.tenant_id = g.tenant_id and d.goal_id = g.goal_id order by d.position desc limit 1),
          g.set_at, g.set_position, g.purpose, g.set_by
        from goal_board g cross join lateral (
          select count(*)::int as plans, (count(*) filter (where state in ('open', 'scaled')))::int as open_plans, min(review) filter (where state in ('open', 'scaled')) as next_review
          from plan_board p where p.tenant_id = g.tenant_id and p.goal_id = g.goal_id) p
        where g.tenant_id = current_setting('eq.tenant')
        """;

    public Task<GoalList> ListAsync(string tenant, GoalFilter filter, CancellationToken cancellation) => reads.ReadAsync(tenant, async connection =>
    {
        const string where = " and ($1::varchar[] is null or g.school = any($1)) and ($2::varchar is null or g.school = $2) and ($3::varchar is null or g.indicator = $3)";
        await using var list = new NpgsqlCommand($"{Summary}{where} and ($4::bigint is null or g.set_position < $4) order by g.set_position desc limit $5", connection);
        AddFilter(list, filter);
        list.Parameters.Add(new() { Value = (object?)filter.Before ?? DBNull.Value });
        list.Parameters.Add(new() { Value = filter.Limit + 1 });
        var rows = new List<(GoalSummary Goal, long Position)>();
        await using (var reader = await list.ExecuteReaderAsync(cancellation))
            while (await reader.ReadAsync(cancellation))
                rows.Add((ReadSummary(reader), reader.GetInt64(18)));
        var more = rows.Count > filter.Limit;
        var items = rows.Take(filter.Limit).ToList();
        return new GoalList([.. items.Select(r => r.Goal)], more ? items[^1].Position.ToString(System.Globalization.CultureInfo.InvariantCulture) : null,
            filter.Count ? await CountAsync(connection, where, filter, cancellation) : null);
    }, cancellation);

    static async Task<long> CountAsync(NpgsqlConnection connection, string where, GoalFilter filter, CancellationToken cancellation)
    {
        await using var count = new NpgsqlCommand($"select count(*) from goal_board g where g.tenant_id = current_setting('eq.tenant'){where}", connection);
        AddFilter(count, filter);
        return await count.ExecuteScalarAsync(cancellation) as long? ?? 0;
    }

    static void AddFilter(NpgsqlCommand command, GoalFilter filter)
    {
        command.Parameters.Add(new() { Value = filter.Schools is { } schools ? schools.ToArray() : DBNull.Value });
        command.Parameters.Add(new() { Value = (object?)filter.School ?? DBNull.Value });
        command.Parameters.Add(new() { Value = (object?)filter.Indicator ?? DBNull.Value });
    }

    public Task<BoardGoal?> FindAsync(string tenant, Guid goal, CancellationToken cancellation) =>
        reads.ReadAsync(tenant, connection => FindAsync(connection, goal, cancellation), cancellation);

    /// <summary>The goal that a plan is under, null if there is no such plan.</summary>
    public Task<BoardGoal?> FindByPlanAsync(string tenant, Guid plan, CancellationToken cancellation) => reads.ReadAsync(tenant, async connection =>
    {
        await using var find = new NpgsqlCommand("select goal_id from plan_board where tenant_id = current_setting('eq.tenant') and plan_id = $1", connection) { Parameters = { new() { Value = plan } } };
        return await find.ExecuteScalarAsync(cancellation) is Guid goal ? await FindAsync(connection, goal, cancellation) : null;
    }, cancellation);

    static async Task<BoardGoal?> FindAsync(NpgsqlConnection connection, Guid goal, CancellationToken cancellation)
    {
        GoalSummary summary;
        string purpose, setBy;
        await using (var find = Of($"{Summary} and g.goal_id = $1", connection, goal))
        await using (var reader = await find.ExecuteReaderAsync(cancellation))
        {
            if (!await reader.ReadAsync(cancellation))
                return null;
            (summary, purpose, setBy) = (ReadSummary(reader), reader.GetString(19), reader.GetString(20));
        }
        return new(summary, purpose, setBy, await PlansAsync(connection, summary, cancellation), await DecisionsAsync(connection, goal, cancellation),
            await RefusedAsync(connection, goal, cancellation));
    }

    static GoalSummary ReadSummary(NpgsqlDataReader r)
    {
        var (plans, open) = (r.GetInt32(13), r.GetInt32(14));
        return new(r.GetGuid(0), r.GetInt64(1), r.GetString(2), r.GetString(3), r.GetInt32(4), r.GetString(5), r.GetString(6), r.GetString(7), Json<FrozenEvidence>(r, 8), r.GetInt32(9),
            r.GetBoolean(10), r.GetFieldValue<DateOnly>(11), r.GetString(12), (plans, open) switch { (0, _) => "noPlan", (_, 0) => "noOpenPlan", _ => "inProgress" }, plans, open,
            Day(r, 15), Text(r, 16), r.GetFieldValue<DateTimeOffset>(17));
    }

    static async Task<IReadOnlyList<PlanView>> PlansAsync(NpgsqlConnection connection, GoalSummary goal, CancellationToken cancellation)
    {
        await using var command = Of("""
            select p.plan_id, p.state, p.purpose, p.cause, p.roles, p.milestones, p.dose, p.start_date, p.first_review, p.review, p.success, p.stop, p.replaces, n.plan_id, p.opened_at, p.opened_by
            from plan_board p left join plan_board n on n.tenant_id = p.tenant_id and n.goal_id = p.goal_id and n.replaces = p.plan_id
            where p.tenant_id = current_setting('eq.tenant') and p.goal_id = $1 order by p.opened_position
            """, connection, goal.GoalId);
        return await RowsAsync(command, r => new PlanView(r.GetGuid(0), goal.GoalId, goal.Revision, r.GetString(1), r.GetString(2), r.GetString(3), Json<List<PlanRole>>(r, 4),
            Json<List<PlanMilestone>>(r, 5), Json<PlanDose>(r, 6), r.GetFieldValue<DateOnly>(7), r.GetFieldValue<DateOnly>(8), Day(r, 9), Json<PlanRule>(r, 10), Json<PlanRule>(r, 11),
            Id(r, 12), Id(r, 13), r.GetFieldValue<DateTimeOffset>(14), r.GetString(15)), cancellation);
    }

    static async Task<IReadOnlyList<DecisionView>> DecisionsAsync(NpgsqlConnection connection, Guid goal, CancellationToken cancellation)
    {
        await using var command = Of("""
            select decision_id, plan_id, kind, reason, changes, next_review, evidence, role_held, authority_version, decided_at, decided_by
            from decision_board where tenant_id = current_setting('eq.tenant') and goal_id = $1 order by position
            """, connection, goal);
        return await RowsAsync(command, r => new DecisionView(r.GetGuid(0), r.GetGuid(1), r.GetString(2), r.GetString(3), Text(r, 4), Day(r, 5), Json<FrozenEvidence>(r, 6), r.GetString(7),
            r.GetInt32(8), r.GetFieldValue<DateTimeOffset>(9), r.GetString(10)), cancellation);
    }

    static async Task<IReadOnlyList<RefusedDecisionView>> RefusedAsync(NpgsqlConnection connection, Guid goal, CancellationToken cancellation)
    {
        await using var command = Of("""
            select decision_id, plan_id, kind, code, roles, authority_version, refused_at, asked_by
            from refused_decision_board where tenant_id = current_setting('eq.tenant') and goal_id = $1 order by position
            """, connection, goal);
        return await RowsAsync(command, r => new RefusedDecisionView(r.GetGuid(0), r.GetGuid(1), r.GetString(2), r.GetString(3), Json<List<string>>(r, 4), r.GetInt32(5),
            r.GetFieldValue<DateTimeOffset>(6), r.GetString(7)), cancellation);
    }

    static NpgsqlCommand Of(string sql, NpgsqlConnection connection, Guid id) => new(sql, connection) { Parameters = { new() { Value = id } } };

    static async Task<IReadOnlyList<T>> RowsAsync<T>(NpgsqlCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancellation)
    {
        var rows = new List<T>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            rows.Add(read(reader));
        return rows;
    }

    static T Json<T>(NpgsqlDataReader r, int column) =>
        JsonSerializer.Deserialize<T>(r.GetString(column), EventTypes.Json) ?? throw new JsonException($"Column {column} of the goal board holds null.");

    static string? Text(NpgsqlDataReader r, int column) => r.IsDBNull(column) ? null : r.GetString(column);
    static Guid? Id(NpgsqlDataReader r, int column) => r.IsDBNull(column) ? null : r.GetGuid(column);
    static DateOnly? Day(NpgsqlDataReader r, int column) => r.IsDBNull(column) ? null : r.GetFieldValue<DateOnly>(column);
}
