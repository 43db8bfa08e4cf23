using System.Globalization;
using System.Text.Json;
using EquityPlatform.Contracts.Bus;

namespace EquityPlatform.Web;

/// <summary>The services' audit logs: signed checkpoints, proofs and leaves of the visitor's district.</summary>
internal sealed class AuditLogClient(ServiceDoor door, Visitor visitor)
{
    /// <summary>Services that keep a log, in the order in which facts pass through them.</summary>
    public static readonly IReadOnlyList<string> Services = ["ingestion", "indicators", "interventions", "reporting"];

    public Task<Answer<string>> Checkpoint(string service, CancellationToken ct) => Get<string>(service, "checkpoint", ct);

    public Task<Answer<string>> Keys(string service, CancellationToken ct) => Get<string>(service, "vkey", ct);

    public Task<Answer<IReadOnlyList<LogSize>>> Growth(string service, int points, CancellationToken ct) => Get<IReadOnlyList<LogSize>>(service, $"growth?points={points}", ct);

    /// <summary>How far the log had come at an instant.</summary>
    public Task<Answer<LogSize>> SizeAt(string service, DateTimeOffset instant, CancellationToken ct) =>
        Get<LogSize>(service, $"checkpoints/before?at={Uri.EscapeDataString(instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture))}", ct);

    public Task<Answer<IReadOnlyList<LoggedEvent>>> Stream(string service, string stream, CancellationToken ct) =>
        Get<IReadOnlyList<LoggedEvent>>(service, $"streams/{Uri.EscapeDataString(stream)}", ct);

    public Task<Answer<string>> Proof(string service, Guid id, long? size, CancellationToken ct) =>
        Get<string>(service, $"proof/inclusion?event={id}" + (size is { } wanted ? $"&size={wanted}" : ""), ct);

    public Task<Answer<string>> Leaf(string service, long index, CancellationToken ct) => Get<string>(service, $"leaf/{index}", ct);

    public Task<Answer<ProofVerdict>> Check(string service, string proof, string leaf, CancellationToken ct) =>
        door.Send<ProofVerdict>(service, new(HttpMethod.Post, Address(service, "check")) { Content = JsonContent.Create(new { proof, leaf }, options: ServiceDoor.Json) }, ct);

    /// <summary>Events of leaves in order. A disclosure of the students that they are about: the service records who looked and why before it answers.</summary>
    public async Task<Answer<IReadOnlyList<ChangedEvent>>> Events(string service, long from, long to, string purpose, CancellationToken ct)
    {
        var lines = await Get<string>(service, $"events?from={from}&to={to}&purpose={Uri.EscapeDataString(purpose)}", ct);
        try
        {
            return new(lines.Value is { } text ? [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => ChangedEvent.Read(line))] : null, lines.No);
        }
        catch (JsonException)
        {
            return new(null, new Refusal(0, "site.answer-not-understood", null) { Service = service });
        }
    }

    private Task<Answer<T>> Get<T>(string service, string path, CancellationToken ct)
        where T : class => door.Send<T>(service, new(HttpMethod.Get, Address(service, path)), ct);

    private Uri Address(string service, string path) => ServiceDoor.Uri("audit", $"{service}/{Uri.EscapeDataString(visitor.Tenant)}/{path}");
}

/// <summary>How many events a log held, and when.</summary>
public sealed record LogSize(long Size, DateTimeOffset At);

/// <summary>An event of a stream for which a proof can be asked; <paramref name="Cause"/> is the id of the command that it answers.</summary>
public sealed record LoggedEvent(Guid Id, string Type, long Version, long Position, DateTimeOffset RecordedAt, string? Cause);

public sealed record ProofVerdict(string Holds, IReadOnlyList<ProofStep> Steps, LeafEvent? Event);

public sealed record ProofStep(string Code, string Holds, string? Fault, IReadOnlyDictionary<string, string> Arguments);

/// <summary>What a leaf says of its event: no contents, only hashes of them.</summary>
public sealed record LeafEvent(Guid Id, string Type, int Schema, string Stream, long Version, long Position, DateTimeOffset Recorded);

/// <summary>A checkpoint as text and in parts: three lines, a blank one, signatures (C2SP tlog-checkpoint).</summary>
public sealed record CheckpointView(string Origin, long Size, string Root, IReadOnlyList<string> Witnesses, string Note)
{
    public static CheckpointView? Read(string note)
    {
        var lines = note.Split('\n');
        return lines.Length > 4 && long.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            ? new(lines[0], size, lines[2], [.. lines.Skip(4).Select(line => line.Split(' ')).Where(parts => parts.Length == 3 && parts[1] != lines[0]).Select(parts => parts[1]).Distinct()], note)
            : null;
    }
}

/// <summary>Proof file of one event with the leaf that it is about.</summary>
public sealed record EventProof(long Index, CheckpointView Checkpoint, string Proof, string Leaf, LeafEvent Event)
{
    /// <summary>Place and checkpoint of a proof file that a service made; null if it is none.</summary>
    public static (long Index, CheckpointView Checkpoint)? Read(string proof)
    {
        var gap = proof.IndexOf("\n\n", StringComparison.Ordinal);
        return gap > 0 && proof[..gap].Split('\n').FirstOrDefault(line => line.StartsWith("index ", StringComparison.Ordinal)) is { } line
            && long.TryParse(line["index ".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var index) && CheckpointView.Read(proof[(gap + 2)..]) is { } checkpoint
            ? (index, checkpoint)
            : null;
    }

    public static LeafEvent? EventOf(string leaf)
    {
        try
        {
            var e = JsonElement.Parse(leaf).GetProperty("event");
            return new(e.GetProperty("id").GetGuid(), e.GetProperty("type").GetString() ?? "", e.GetProperty("schema").GetInt32(), e.GetProperty("stream").GetString() ?? "",
                ChangedEvent.Whole(e, "version"), ChangedEvent.Whole(e, "position"), e.GetProperty("recorded").GetDateTimeOffset());
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }
}

/// <summary>An event with its place in the log.</summary>
public sealed record ChangedEvent(long Index, string Stream, StoredEvent Event)
{
    /// <summary>The service whose log it is.</summary>
    public string Service { get; init; } = "";

    /// <exception cref="JsonException">The line is not of the form that the services write.</exception>
    public static ChangedEvent Read(string line)
    {
        try
        {
            var read = JsonElement.Parse(line);
            var (e, meta) = (read.GetProperty("event"), read.GetProperty("meta"));
            var origin = meta.TryGetProperty("source", out var source) ? source.Deserialize<RowOrigin>(ServiceDoor.Json) : null;
            return new(Whole(read, "index"), e.GetProperty("stream").GetString() ?? "",
                new(Whole(e, "position"), Whole(e, "version"), e.GetProperty("id").GetGuid(), $"{e.GetProperty("type").GetString()}/{e.GetProperty("schema").GetInt32()}",
                    e.GetProperty("recorded").GetDateTimeOffset(), Text(meta, "user"), Text(meta, "reason"), Text(meta, "correlationId"), origin, read.GetProperty("public")));
        }
        catch (Exception e) when (e is KeyNotFoundException or FormatException or InvalidOperationException)
        {
            throw new JsonException("An event of the audit log was not understood.", e);
        }
    }

    /// <summary>Whole numbers of 64 bits come as texts.</summary>
    internal static long Whole(JsonElement of, string member) => long.Parse(of.GetProperty(member).GetString() ?? "", NumberStyles.None, CultureInfo.InvariantCulture);

    private static string? Text(JsonElement of, string member) => of.TryGetProperty(member, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
}
