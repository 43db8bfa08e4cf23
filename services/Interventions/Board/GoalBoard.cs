using System.Text.Json;
using EquityPlatform.Contracts.Interventions;
using EquityPlatform.EventSourcing;
using Npgsql;
using NpgsqlTypes;

namespace EquityPlatform.Interventions;

/// <summary>Projects goals, plans and decisions into plain tables. Everything in a row comes from the event and who and when it was recorded.</summary>
internal sealed class GoalBoard : IProjection
{
    public const string Version = "goal-board/1";

    public string Name => Version;

    public IReadOnlyList<string> Tables { get; } = ["goal_board", "plan_board", "decision_board", "refused_decision_board"];

    public IReadOnlyCollection<string> Types { get; } = ["goal-set/1", "plan-opened/1", "decision-recorded/1", "decision-refused/1"];

    public async Task ApplyAsync(string tenant, IReadOnlyList<RecordedEvent> events, NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var e in events)
            Add(batch.BatchCommands, e);
        if (batch.BatchCommands.Count > 0)
            await batch.ExecuteNonQueryAsync(cancellation);
    }

    static void Add(NpgsqlBatchCommandCollection commands, RecordedEvent e)
    {
        switch (e.Data)
        {
            case GoalSet goal:
                commands.Add(GoalRow(e, goal));
                break;
            case PlanOpened plan:
                commands.Add(PlanRow(e, plan));
                commands.Add(Revision(e, plan.GoalId));
                break;
            case DecisionRecorded decision:
                commands.Add(DecisionRow(e, decision));
                commands.Add(PlanAfter(e, decision));
                commands.Add(Revision(e, decision.GoalId));
                break;
            case DecisionRefused refused:
                commands.Add(RefusedRow(e, refused));
                commands.Add(Revision(e, refused.GoalId));
                break;
        }
    }

    static NpgsqlBatchCommand GoalRow(RecordedEvent e, GoalSet goal) => Command("""
        insert into goal_board (tenant_id, goal_id, set_position, revision, title, purpose, indicator, indicator_version, higher_is_better, dimension, student_group, school,
          baseline, target, due, owner, set_at, set_by)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
        """, e.Tenant, goal.GoalId, e.Position, e.Version, goal.Title, goal.Purpose, goal.Indicator, goal.IndicatorVersion, goal.HigherIsBetter, goal.Dimension, goal.Group,
        goal.School, Json(Frozen(goal.Baseline)), goal.Target, goal.Due, goal.Owner, e.RecordedAt, e.User);

    static NpgsqlBatchCommand PlanRow(RecordedEvent e, PlanOpened plan) => Command("""
        insert into plan_board (tenant_id, plan_id, goal_id, opened_position, state, purpose, cause, roles, milestones, dose, start_date, first_review, review, success, stop,
          replaces, opened_at, opened_by)
        values ($1, $2, $3, $4, 'open', $5, $6, $7, $8, $9, $10, $11, $11, $12, $13, $14, $15, $16)
        """, e.Tenant, plan.PlanId, plan.GoalId, e.Position, plan.Purpose, plan.Cause, Json(plan.Roles.Select(r => new PlanRole(r.Role, r.Task))),
        Json(plan.Milestones.Select(m => new PlanMilestone(m.Text, m.On))), Json(new PlanDose(plan.Dose.Amount, plan.Dose.Unit, plan.Dose.Times, plan.Dose.Per)),
        plan.Start, plan.Review, Json(Rule(plan.Success)), Json(Rule(plan.Stop)), plan.Replaces, e.RecordedAt, e.User);

    static NpgsqlBatchCommand DecisionRow(RecordedEvent e, DecisionRecorded decision) => Command("""
        insert into decision_board (tenant_id, decision_id, goal_id, plan_id, position, kind, reason, changes, next_review, evidence, role_held, authority_version, decided_at, decided_by)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        """, e.Tenant, decision.DecisionId, decision.GoalId, decision.PlanId, e.Position, decision.Kind, decision.Reason, decision.Changes, decision.NextReview,
        Json(Frozen(decision.Evidence)), decision.Role, decision.AuthorityVersion, e.RecordedAt, e.User);

    static NpgsqlBatchCommand PlanAfter(RecordedEvent e, DecisionRecorded decision) => Command("""
        update plan_board set state = coalesce($3, state), review = $4 where tenant_id = $1 and plan_id = $2
        """, e.Tenant, decision.PlanId, StateAfter(decision.Kind), decision.NextReview);

    static NpgsqlBatchCommand RefusedRow(RecordedEvent e, DecisionRefused refused) => Command("""
        insert into refused_decision_board (tenant_id, position, decision_id, goal_id, plan_id, kind, code, roles, authority_version, refused_at, asked_by)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        """, e.Tenant, e.Position, refused.DecisionId, refused.GoalId, refused.PlanId, refused.Kind, refused.Code, Json(refused.Roles), refused.AuthorityVersion, e.RecordedAt, refused.By);

    static NpgsqlBatchCommand Revision(RecordedEvent e, Guid goal) =>
        Command("update goal_board set revision = $3 where tenant_id = $1 and goal_id = $2", e.Tenant, goal, e.Version);

    /// <summary>State of a plan after a decision; null: as it was.</summary>
    static string? StateAfter(string kind) => kind switch
    {
        DecisionKinds.Scale => PlanStates.Scaled,
        DecisionKinds.Replace => PlanStates.Replaced,
        DecisionKinds.Stop => PlanStates.Stopped,
        _ => null,
    };

    internal static FrozenEvidence Frozen(EvidenceCopy e) => new(e.SnapshotId, e.Sha256, e.FrozenAt, e.FrozenBy, e.SchoolYear, e.IndicatorVersion, e.State, e.Numerator,
        e.Denominator, e.Students, e.Low, e.High, e.Positions, e.Derived);

    static PlanRule Rule(StatedRule rule) => new(rule.Text, rule.Threshold, rule.By);

    static NpgsqlParameter Json<T>(T value) => new() { Value = JsonSerializer.Serialize(value, EventTypes.Json), NpgsqlDbType = NpgsqlDbType.Jsonb };

    static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<object?> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(value switch
            {
                NpgsqlParameter parameter => parameter,
                null => new() { Value = DBNull.Value },
                _ => new() { Value = value },
            });
        return command;
    }
}

/// <summary>What a plan's <c>state</c> may say.</summary>
internal static class PlanStates
{
    public const string Open = "open";
    public const string Scaled = "scaled";
    public const string Replaced = "replaced";
    public const string Stopped = "stopped";
}
