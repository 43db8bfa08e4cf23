using EquityPlatform.Contracts.Interventions;
using Npgsql;

namespace EquityPlatform.Interventions;

/// <summary>What waits for people: reviews due or overdue, goals due, goals that nobody works on.</summary>
internal sealed class Attention(TenantReads reads)
{
    public const int Days = 14;

    // one row per reason; urgency is the date, overdue first
    const string Sql = """
        with visible as (
          select * from goal_board where tenant_id = current_setting('eq.tenant') and ($2::varchar[] is null or school = any($2))),
        running as (
          select p.* from plan_board p join visible g using (tenant_id, goal_id) where p.state in ('open', 'scaled')),
        items as (
          select case when p.review < $1 then 'reviewOverdue' else 'reviewDue' end as kind, p.goal_id, p.plan_id, p.review as on_day
          from running p where p.review <= $1 + $3
          union all
          select case when g.due < $1 then 'goalOverdue' else 'goalDue' end, g.goal_id, null::uuid, g.due
          from visible g where g.due <= $1 + $3
            and not exists (select from decision_board d where d.tenant_id = g.tenant_id and d.goal_id = g.goal_id and (d.decided_at at time zone $4)::date >= g.due)
          union all
          select 'goalWithoutPlan', g.goal_id, null::uuid, (g.set_at at time zone $4)::date
          from visible g where g.due > $1 and not exists (select from running p where p.goal_id = g.goal_id))
        select i.kind, i.goal_id, i.plan_id, g.title, g.school, g.dimension, g.student_group, g.owner, i.on_day
        from items i join visible g using (goal_id) order by i.on_day, i.kind, g.set_position, i.plan_id
        limit 500
        """;

    /// <param name="schools">Schools the reader may see, null for all.</param>
    public Task<AttentionList> ListAsync(string tenant, IReadOnlyCollection<string>? schools, DateOnly today, string zone, CancellationToken cancellation) =>
        reads.ReadAsync(tenant, async connection =>
        {
            await using var command = new NpgsqlCommand(Sql, connection)
            {
                Parameters = { new() { Value = today }, new() { Value = schools is null ? DBNull.Value : schools.ToArray() }, new() { Value = Days }, new() { Value = zone } },
            };
            var items = new List<AttentionItem>();
            await using var r = await command.ExecuteReaderAsync(cancellation);
            while (await r.ReadAsync(cancellation))
            {
                var on = r.GetFieldValue<DateOnly>(8);
                items.Add(new(r.GetString(0), r.GetGuid(1), r.IsDBNull(2) ? null : r.GetGuid(2), r.GetString(3), r.GetString(4), r.GetString(5), r.GetString(6), r.GetString(7), on,
                    on.DayNumber - today.DayNumber));
            }
            return new AttentionList(today, items);
        }, cancellation);
}
