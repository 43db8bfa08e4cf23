using EquityPlatform.Contracts;

namespace EquityPlatform.Web;

/// <summary>The audit logs in words and numbers, and a receipt with a proof for every event that is not about one student.</summary>
internal static class ProofsPages
{
    private const int GrowthPoints = 40;

    /// <summary>Who may read contents of events, beside their proofs.</summary>
    private static readonly string[] HistoryReaders = [Roles.Auditor, Roles.PrivacyOfficer, Roles.DataSteward, Roles.DistrictLeader, Roles.EquityAnalyst];

    public static void MapProofs(this IEndpointRouteBuilder site)
    {
        site.MapGet("/proofs", Overview);
        site.MapGet("/proofs/{service}/streams/{stream}", Stream);
        site.MapGet("/proofs/{service}/events/{id:guid}", One);
        site.MapGet("/proofs/{service}/events/{id:guid}/proof", Proof);
        site.MapGet("/proofs/{service}/events/{id:guid}/leaf", Leaf);
    }

    public static IResult SignInFirst(Site page) => page.Refused(new Refusal(StatusCodes.Status401Unauthorized, "", null));

    private static async Task<IResult> Overview(Site page, AuditLogClient logs, CancellationToken ct) => page.Visitor.IsSignedIn
        ? page.Show<ProofsPage>(new ProofsModel(await Task.WhenAll(AuditLogClient.Services.Select(service => Log(service, logs, ct)))))
        : SignInFirst(page);

    private static async Task<LogModel> Log(string service, AuditLogClient logs, CancellationToken ct)
    {
        var (note, keys, growth) = (logs.Checkpoint(service, ct), logs.Keys(service, ct), logs.Growth(service, GrowthPoints, ct));
        return new(service, (await note).Value is { } text ? CheckpointView.Read(text) : null,
            (await keys).Value?.Split('\n', StringSplitOptions.RemoveEmptyEntries) ?? [], (await growth).Value ?? [], (await note).No);
    }

    // A decision's page knows the id of its command, not of its event: ?of= leads on to that one
    private static async Task<IResult> Stream(string service, string stream, string? of, Site page, AuditLogClient logs, HistoryClient histories, CancellationToken ct)
    {
        if (Closed(page, service) is { } closed)
            return closed;
        var contents = Histories(page, histories, service, stream, ct);
        var events = await logs.Stream(service, stream, ct);
        if (events.Value is not { } list)
            return page.Refused(events.No!);
        return of is not null && list.FirstOrDefault(e => e.Cause == of) is { } one
            ? page.Go($"/proofs/{service}/events/{one.Id}")
            : page.Show<StreamProofsPage>(new StreamProofsModel(service, stream, list, await contents));
    }

    private static async Task<IResult> One(string service, Guid id, Site page, AuditLogClient logs, HistoryClient histories, CancellationToken ct)
    {
        if (Closed(page, service) is { } closed)
            return closed;
        var (proof, no) = await Fetch(service, id, null, logs, ct);
        if (proof is null)
            return no is { Code: "audit.not-there" } ? page.Show<EventProofPage>(new EventProofModel(service, id, null, null), no.Status) : page.Refused(no!);
        var contents = await Histories(page, histories, service, proof.Event.Stream, ct);
        return page.Show<EventProofPage>(new EventProofModel(service, id, proof, contents.FirstOrDefault(e => e.Id == id)));
    }

    private static async Task<IResult> Proof(string service, Guid id, long? size, Site page, AuditLogClient logs, CancellationToken ct)
    {
        if (Closed(page, service) is { } closed)
            return closed;
        var (proof, no) = await Fetch(service, id, size, logs, ct);
        return proof is null ? page.Refused(no!) : File(proof.Proof, "text/plain", $"{service}-{proof.Index}.tlog-proof");
    }

    private static async Task<IResult> Leaf(string service, Guid id, Site page, AuditLogClient logs, CancellationToken ct)
    {
        if (Closed(page, service) is { } closed)
            return closed;
        var (proof, no) = await Fetch(service, id, null, logs, ct);
        return proof is null ? page.Refused(no!) : File(proof.Leaf, "application/json", $"{service}-{proof.Index}.leaf.json");
    }

    /// <summary>Both files; the check depends on every byte of them, so they go on as they came.</summary>
    private static IResult File(string text, string type, string name) => Results.File(System.Text.Encoding.UTF8.GetBytes(text), type, name);

    private static async Task<(EventProof? Proof, Refusal? No)> Fetch(string service, Guid id, long? size, AuditLogClient logs, CancellationToken ct)
    {
        var proof = await logs.Proof(service, id, size, ct);
        if (proof.Value is not { } text)
            return (null, proof.No);
        if (EventProof.Read(text) is not var (index, checkpoint))
            return (null, new Refusal(0, "site.answer-not-understood", null) { Service = service });
        var leaf = await logs.Leaf(service, index, ct);
        if (leaf.Value is null)
            return (null, leaf.No);
        return EventProof.EventOf(leaf.Value) is { } e
            ? (new(index, checkpoint, text, leaf.Value, e), null)
            : (null, new Refusal(0, "site.answer-not-understood", null) { Service = service });
    }

    /// <summary>The stream's events with their contents, for those who may read them; records of students need a purpose, which is asked for at their own page.</summary>
    public static async Task<IReadOnlyList<StoredEvent>> Histories(Site page, HistoryClient histories, string service, string stream, CancellationToken ct) =>
        page.Visitor.Is(HistoryReaders) && AuditPages.Kinds.Any(kind => stream.StartsWith(kind.Prefix, StringComparison.Ordinal))
            ? (await histories.Stream(service, stream, ct)).Value?.Events ?? []
            : [];

    private static IResult? Closed(Site page, string service) => !AuditLogClient.Services.Contains(service) ? page.NotFound() : page.Visitor.IsSignedIn ? null : SignInFirst(page);
}

public sealed record ProofsModel(IReadOnlyList<LogModel> Logs);

public sealed record LogModel(string Service, CheckpointView? Checkpoint, IReadOnlyList<string> Keys, IReadOnlyList<LogSize> Growth, Refusal? No);

public sealed record StreamProofsModel(string Service, string Stream, IReadOnlyList<LoggedEvent> Events, IReadOnlyList<StoredEvent> Contents);

/// <param name="Proof">Null while the log has not come so far.</param>
/// <param name="Contents">The event itself, for those who may read it.</param>
public sealed record EventProofModel(string Service, Guid Id, EventProof? Proof, StoredEvent? Contents);
