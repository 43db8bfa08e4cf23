namespace EquityPlatform.Contracts.Interventions;

/// <summary>What needs someone's attention (<c>GET /attention</c>), most urgent first.</summary>
public sealed record AttentionList(DateOnly AsOf, IReadOnlyList<AttentionItem> Items);

/// <summary>One goal or plan that waits for people.</summary>
/// <param name="Kind"><c>reviewOverdue</c> (past its review without a decision), <c>reviewDue</c> (review within 14 days), <c>goalOverdue</c> (due date passed),
/// <c>goalDue</c> (due within 14 days) or <c>goalWithoutPlan</c>.</param>
/// <param name="On">The date it is about; for a goal without a plan the day it was set.</param>
/// <param name="DaysLeft">Days until that date; negative once it is past.</param>
public sealed record AttentionItem(string Kind, Guid GoalId, Guid? PlanId, string Title, string School, string Dimension, string Group, string Owner, DateOnly On, int DaysLeft);

/// <summary>Everything that happened to a goal, oldest first (<c>GET /goals/{id}/history</c>).</summary>
public sealed record GoalHistory(Guid GoalId, IReadOnlyList<HistoryEntry> Entries);

/// <summary>One stored event: who, when, why.</summary>
/// <param name="Type">Alias with version, e.g. <c>decision-recorded/1</c>.</param>
/// <param name="Revision">The goal's revision after it.</param>
/// <param name="Subject">Id of the goal, plan or decision it is about.</param>
/// <param name="Kind">Decision kind, null for other events.</param>
public sealed record HistoryEntry(long Revision, long Position, string Type, DateTimeOffset At, string By, string? Reason, Guid Subject, string? Kind, string? EvidenceSha256);
