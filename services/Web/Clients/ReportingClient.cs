using EquityPlatform.Contracts.Reporting;

namespace EquityPlatform.Web;

/// <summary>What the site asks of the reporting service. Releases and receipts are public: they need no token.</summary>
internal sealed class ReportingClient(ServiceDoor door, Visitor visitor, IConfiguration configuration)
{
    private const string Service = "reporting";

    /// <summary>District whose releases visitors without sign-in see: <c>Web:PublicTenant</c>, in the demo the sample district.</summary>
    private string PublicTenant => configuration["Web:PublicTenant"] ?? DemoDistrict.Of(configuration).Tenant;

    public Task<Answer<ReleaseList>> Releases(CancellationToken ct) =>
        door.Get<ReleaseList>(Service, $"releases?tenant={Uri.EscapeDataString(visitor.IsSignedIn ? visitor.Tenant : PublicTenant)}", ct);

    public Task<Answer<ReleaseSummary>> Release(Guid id, CancellationToken ct) => door.Get<ReleaseSummary>(Service, $"releases/{id}", ct);

    public Task<Answer<ReleasedTables>> Tables(Guid id, string? indicator, string? school, CancellationToken ct)
    {
        List<string> query = [];
        if (indicator is { Length: > 0 })
            query.Add("indicator=" + Uri.EscapeDataString(indicator));
        if (school is { Length: > 0 })
            query.Add("school=" + Uri.EscapeDataString(school));
        return door.Get<ReleasedTables>(Service, $"releases/{id}/tables" + (query.Count > 0 ? "?" + string.Join('&', query) : ""), ct);
    }

    public Task<Answer<Accepted>> Publish(ReleaseRequest ask, CancellationToken ct) => door.Post<Accepted>(Service, "releases", ask, ct);

    public Task<Answer<NumberReceipt>> Receipt(string code, CancellationToken ct) => door.Get<NumberReceipt>(Service, $"receipts/{Uri.EscapeDataString(code)}", ct);

    public Task<Answer<ReceiptRows>> Rows(string code, string purpose, CancellationToken ct) =>
        door.Get<ReceiptRows>(Service, $"receipts/{Uri.EscapeDataString(code)}/rows?purpose={Uri.EscapeDataString(purpose)}", ct);
}

public sealed record ReleaseList(IReadOnlyList<ReleaseSummary> Items, string? Next);
