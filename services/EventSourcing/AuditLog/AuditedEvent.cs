using System.Text;

namespace EquityPlatform.EventSourcing.AuditLog;

/// <summary>An event's row as the audit log sees it: texts in UTF-8, JSON as it is stored, nothing interpreted.</summary>
public sealed record AuditedEvent(long Position, Guid Id, ReadOnlyMemory<byte> Stream, long Version, ReadOnlyMemory<byte> Type, ReadOnlyMemory<byte> Data, DateTimeOffset Recorded, ReadOnlyMemory<byte>? User,
    ReadOnlyMemory<byte>? Headers, ReadOnlyMemory<byte>? CorrelationId, ReadOnlyMemory<byte>? CausationId)
{
    public string StreamId => Encoding.UTF8.GetString(Stream.Span);
}
