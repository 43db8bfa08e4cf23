using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Interventions;
using EquityPlatform.EventSourcing;
using static EquityPlatform.Interventions.Tests.Examples;

namespace EquityPlatform.Interventions.Tests.Decisions;

public sealed class RecordDecisionTests
{
    static readonly GoalEvent[] Open = [TheGoal, ThePlan];

    static Func<Goal, Outcome<GoalEvent>> Do(RecordDecisionRequest ask, EvidenceFact? evidence = null) => goal => RecordDecision.Decide(goal, ask, TheRight, evidence ?? Later, Today);

    static void Refuses(RecordDecisionRequest ask, string code, EvidenceFact? evidence = null, RefusalKind kind = RefusalKind.Invalid) =>
        Spec.Given(Open).When(Do(ask, evidence)).ThenRefused(code, kind);

    static RecordDecisionRequest As(string kind) => Refine with { Kind = kind, NextReviewDate = kind is DecisionKinds.Refine or DecisionKinds.Scale ? Refine.NextReviewDate : null };

    [Theory]
    [InlineData("refine")]
    [InlineData("replace")]
    [InlineData("scale")]
    [InlineData("stop")]
    public void Records_each_kind(string kind) => Spec.Given(Open).When(Do(As(kind))).Then(Refined with { Kind = kind, NextReview = As(kind).NextReviewDate });
    [Fact] public void Retry_adds_nothing() => Spec.Given([.. Open, Refined]).When(Do(Refine)).ThenNothing();
    [Fact] public void Retry_adds_nothing_after_the_plan_ended() => Spec.Given([.. Open, Refined, Decided(DecisionKinds.Stop)]).When(Do(Refine)).ThenNothing();
    [Fact] public void Same_id_with_other_content_is_a_conflict() => Spec.Given([.. Open, Refined]).When(Do(Refine with { Reason = "We have quite another reason for it now." })).ThenRefused("decision.exists", RefusalKind.Conflict);
    [Fact] public void Same_id_with_other_evidence_is_a_conflict() => Spec.Given([.. Open, Refined]).When(Do(Refine with { EvidenceSnapshotId = BaselineId })).ThenRefused("decision.exists", RefusalKind.Conflict);
    [Fact] public void Stopping_needs_no_changes() => Spec.Given(Open).When(Do(As("stop") with { Changes = null })).Then(Refined with { Kind = "stop", Changes = null, NextReview = null });
    [Fact] public void A_scaled_plan_takes_further_decisions() => Spec.Given([.. Open, Decided(DecisionKinds.Scale)]).When(Do(Refine)).Then(Refined);

    [Fact] public void Refuses_without_a_goal() => Spec.Given().When(Do(Refine)).ThenRefused("goal.absent", RefusalKind.Absent);
    [Fact] public void Refuses_an_empty_id() => Refuses(Refine with { DecisionId = Guid.Empty }, "decision.id-missing");
    [Fact] public void Refuses_no_kind() => Refuses(Refine with { Kind = null }, "decision.kind-missing");
    [Fact] public void Refuses_an_unknown_kind() => Refuses(Refine with { Kind = "celebrate" }, "decision.kind-unknown");
    [Fact] public void Refuses_no_plan() => Refuses(Refine with { PlanId = null }, "decision.plan-missing");
    [Fact] public void Refuses_an_unknown_plan() => Refuses(Refine with { PlanId = GoalId }, "decision.plan-unknown", kind: RefusalKind.Absent);
    [Fact] public void Refuses_after_a_stop() => Spec.Given([.. Open, Decided(DecisionKinds.Stop)]).When(Do(Refine)).ThenRefused("decision.plan-stopped", RefusalKind.Conflict);
    [Fact] public void Refuses_after_a_replacement() => Spec.Given([.. Open, Decided(DecisionKinds.Replace)]).When(Do(Refine)).ThenRefused("decision.plan-replaced", RefusalKind.Conflict);
    [Fact] public void Refuses_no_reason() => Refuses(Refine with { Reason = null }, "decision.reason-missing");
    [Fact] public void Refuses_a_trivial_reason() => Refuses(Refine with { Reason = "Because we can" }, "decision.reason-too-short");
    [Fact] public void Refuses_a_long_reason() => Refuses(Refine with { Reason = string.Join(' ', Enumerable.Repeat("because", 300)) }, "decision.reason-too-long");
    [Theory]
    [InlineData("refine")]
    [InlineData("replace")]
    [InlineData("scale")]
    public void Refuses_no_changes(string kind) => Refuses(As(kind) with { Changes = null }, "decision.changes-missing");
    [Theory]
    [InlineData("refine")]
    [InlineData("scale")]
    public void Refuses_no_next_review(string kind) => Refuses(As(kind) with { NextReviewDate = null }, "decision.review-missing");
    [Fact] public void Refuses_a_passed_review() => Refuses(Refine with { NextReviewDate = Today }, "decision.review-passed");
    [Fact] public void Refuses_a_review_after_the_goal() => Refuses(Refine with { NextReviewDate = TheGoal.Due }, "decision.review-after-due");
    [Theory]
    [InlineData("replace")]
    [InlineData("stop")]
    public void Refuses_a_review_of_a_plan_that_ends(string kind) => Refuses(As(kind) with { NextReviewDate = Refine.NextReviewDate }, "decision.review-not-wanted");

    [Fact] public void Refuses_without_evidence() => Refuses(Refine, "decision.evidence-missing", new EvidenceFact.NotNamed());
    [Fact] public void Refuses_unknown_evidence() => Refuses(Refine, "decision.evidence-unknown", new EvidenceFact.Unknown(LaterId));
    [Fact] public void Refuses_evidence_about_another_indicator() => Refuses(Refine, "decision.evidence-other-indicator", Found(Snapshot(LaterId, definition: ChronicAbsence with { Code = "average-daily-attendance" }, at: At)));
    [Fact] public void Refuses_evidence_about_another_group() => Refuses(Refine, "decision.evidence-other-group", Found(Snapshot(LaterId, group: "no", at: At)));
    [Fact] public void Refuses_evidence_about_another_school() => Refuses(Refine, "decision.evidence-other-school", Found(Snapshot(LaterId, school: "255901107", at: At)));
    [Fact] public void Refuses_evidence_of_an_older_definition() => Refuses(Refine, "decision.evidence-other-version", Found(Snapshot(LaterId, definition: ChronicAbsence with { Version = 0 }, at: At)));
    [Fact] public void Refuses_evidence_as_old_as_the_baseline() => Refuses(Refine, "decision.evidence-not-newer", Found(Snapshot(LaterId)));
    [Fact] public void Refuses_the_baseline_as_evidence() => Refuses(Refine, "decision.evidence-not-newer", Found(Snapshot(BaselineId, at: At)));
    [Fact] public void Refuses_evidence_of_an_earlier_school_year() => Refuses(Refine, "decision.evidence-not-newer", Found(Snapshot(LaterId, year: 2025, at: At)));

    [Fact]
    public void People_may_decide_on_the_absence_of_a_number()
    {
        var nothing = Found(Snapshot(LaterId, state: ValueState.Missing, at: At));
        Spec.Given(Open).When(Do(As("stop"), nothing)).Then(Refined with { Kind = "stop", NextReview = null, Evidence = nothing.Copy });
    }

    [Fact] public void Refuses_without_the_right() => Spec.Given(Open).When(goal => RecordDecision.Decide(goal, Refine, null, Later, Today)).ThenRefused("decision.no-authority", RefusalKind.Forbidden);

    static readonly DecisionRefused RefusedToPrincipal = new(GoalId, PlanId, DecisionId, "stop", "decision.no-authority", "demo:principal", [Roles.Principal], 1);

    [Fact] public void A_refused_attempt_is_recorded_once() => Spec.Given(Open).When(goal => RefuseDecision.Decide(goal, As("stop"), Principal, 1)).Then(RefusedToPrincipal);
    [Fact] public void A_refused_attempt_changes_nothing_for_others() => Spec.Given([.. Open, RefusedToPrincipal]).When(Do(Refine)).Then(Refined);
    [Fact] public void A_refused_attempt_on_an_unknown_plan_is_not_recorded() => Spec.Given(TheGoal).When(goal => RefuseDecision.Decide(goal, As("stop"), Principal, 1)).ThenRefused("decision.plan-unknown", RefusalKind.Absent);

    static readonly DateTimeOffset At = new(2026, 8, 30, 9, 0, 0, TimeSpan.Zero);
}
