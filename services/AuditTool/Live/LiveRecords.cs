using System.Globalization;
using System.Text.Json;
using EquityPlatform.AuditTool.Commands;

namespace EquityPlatform.AuditTool.Live;

/// <summary>Records and read models of a running service, through its own routes: only the one record is read, not the whole log.</summary>
/// <param name="address">Address of the audit log.</param>
internal sealed class LiveRecords(string address, string? token, string purpose)
{
    const string Audit = "/api/audit/v1/";

    /// <summary>Events of a record, oldest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> EventsAsync(string record, DateTimeOffset? before, long? position, long? checkpoint, CancellationToken cancellation)
    {
        var last = checkpoint is { } size ? Math.Min(position ?? long.MaxValue, await PositionAsync(size - 1, cancellation)) : position ?? long.MaxValue;
        using var service = new AuditAddress(ServiceOf(address), token);
        using var answer = JsonDocument.Parse(await service.BytesAsync($"streams/{Uri.EscapeDataString(record)}/events?purpose={Uri.EscapeDataString(purpose)}", cancellation));
        return [.. answer.RootElement.GetProperty("events").EnumerateArray()
            .Where(e => e.GetProperty("seq").GetInt64() <= last && (before is null || e.GetProperty("recordedAt").GetDateTimeOffset() < before)).Select(e => e.Clone())];
    }

    /// <summary>What a read model showed at an instant.</summary>
    public async Task<string> ReadModelAsync(string path, DateTimeOffset? at, CancellationToken cancellation)
    {
        using var service = new AuditAddress(ServiceOf(address), token);
        var asOf = at is { } instant ? $"{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}asOf={instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}" : "";
        return await service.TextAsync(path.TrimStart('/') + asOf, cancellation);
    }

    async Task<long> PositionAsync(long index, CancellationToken cancellation)
    {
        using var log = new AuditAddress(address, token);
        using var leaf = JsonDocument.Parse(await log.BytesAsync(string.Create(CultureInfo.InvariantCulture, $"leaf/{index}"), cancellation));
        return long.Parse(leaf.RootElement.GetProperty("event").GetProperty("position").GetString() ?? "", NumberStyles.None, CultureInfo.InvariantCulture);
    }

    static string ServiceOf(string address)
    {
        var at = address.IndexOf(Audit, StringComparison.Ordinal);
        return at > 0 && address[(at + Audit.Length)..].Split('/') is [{ Length: > 0 } service, ..]
            ? $"{address[..at]}/api/{service}/v1"
            : throw new UsageException($"'{address}' is no address such as https://equity.example.org/api/audit/v1/ingestion/0612345.");
    }
}
