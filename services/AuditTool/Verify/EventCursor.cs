using System.Globalization;
using EquityPlatform.AuditTool.Log;
using EquityPlatform.AuditTool.Notes;

namespace EquityPlatform.AuditTool.Verify;

/// <summary>Takes events from a source one by one and notices those that are missing, stand twice, or stand in the wrong order.</summary>
internal sealed class EventCursor(ILogSource source, Report report, CancellationToken cancellation) : IAsyncDisposable
{
    readonly IAsyncEnumerator<ReadOnlyMemory<byte>> lines = source.EventsAsync(cancellation).GetAsyncEnumerator(cancellation);
    readonly EventLine line = new();
    bool held;
    bool ended;

    /// <summary>The event at an index; null if it is missing or cannot be read, which has been reported then.</summary>
    public async ValueTask<EventLine?> NextAsync(long index)
    {
        while (held || await ReadAsync(index))
        {
            if (!held) // the line could not be read: it stands for this event
                return null;
            if (line.Index == index)
            {
                held = false;
                return line;
            }
            if (line.Index > index)
                break;
            report.Add("event-out-of-order", string.Create(CultureInfo.InvariantCulture, $"Event {line.Index} stands here, where event {index} belongs."), index, line.Id);
            held = false;
        }
        report.Add("event-missing", "This event is missing.", index);
        return null;
    }

    async ValueTask<bool> ReadAsync(long index)
    {
        if (ended || !await lines.MoveNextAsync())
        {
            ended = true;
            return false;
        }
        try
        {
            line.Read(lines.Current);
            held = true;
            if (source.IsCanonical && !line.Canonical.Span.SequenceEqual(lines.Current.Span))
                report.Add("event-form", "The line was changed: it is not in the one form in which an export is written.", index, line.Id);
        }
        catch (MalformedException e)
        {
            report.Add("event-malformed", $"The line of this event cannot be read. {e.Message}", index);
        }
        return true;
    }

    /// <summary>Reports what stands behind the last event.</summary>
    public async ValueTask EndAsync(long to)
    {
        if (held || await ReadAsync(to) && held)
            report.Add("event-added", string.Create(CultureInfo.InvariantCulture, $"Behind the last event stands another (event {line.Index})."), to, line.Id);
    }

    public ValueTask DisposeAsync() => lines.DisposeAsync();
}
