using EquityPlatform.Contracts.Indicators;

namespace EquityPlatform.Web;

/// <summary>What the site asks of the indicators service.</summary>
internal sealed class IndicatorsClient(ServiceDoor door)
{
    private const string Service = "indicators";

    public Task<Answer<IReadOnlyList<IndicatorDefinition>>> Definitions(CancellationToken ct) =>
        door.Get<IReadOnlyList<IndicatorDefinition>>(Service, "indicators", ct);

    public Task<Answer<IReadOnlyList<SchoolYearSummary>>> SchoolYears(CancellationToken ct) =>
        door.Get<IReadOnlyList<SchoolYearSummary>>(Service, "school-years", ct);

    public Task<Answer<IReadOnlyList<SchoolSummary>>> Schools(CancellationToken ct) =>
        door.Get<IReadOnlyList<SchoolSummary>>(Service, "schools", ct);

    public Task<Answer<GroupAttentionList>> Attention(CancellationToken ct) => door.Get<GroupAttentionList>(Service, "attention", ct);

    public Task<Answer<GapAnalysis>> Gaps(string indicator, int year, string dimension, string school, string reference, CancellationToken ct) =>
        door.Get<GapAnalysis>(Service, $"gaps?indicator={E(indicator)}&schoolYear={year}&dimension={E(dimension)}&school={E(school)}&reference={E(reference)}", ct);

    public Task<Answer<IndicatorValues>> Values(string indicator, int year, string dimension, string school, CancellationToken ct) =>
        door.Get<IndicatorValues>(Service, $"values?indicator={E(indicator)}&schoolYear={year}&dimension={E(dimension)}&school={E(school)}", ct);

    public Task<Answer<Accepted>> Freeze(FreezeEvidence ask, CancellationToken ct) => door.Post<Accepted>(Service, "snapshots", ask, ct);

    public Task<Answer<EvidenceSnapshot>> Snapshot(Guid id, CancellationToken ct) => door.Get<EvidenceSnapshot>(Service, $"snapshots/{id}", ct);

    private static string E(string part) => Uri.EscapeDataString(part);
}
