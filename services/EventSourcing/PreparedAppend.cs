using System.Text.Json;

namespace EquityPlatform.EventSourcing;

/// <summary>An event as it will be stored but for position, version and timestamp.</summary>
internal sealed record PreparedEvent(NewEvent Given, string Alias, string DotnetType, byte[] Json, byte[]? Headers)
{
    public Guid Id => Given.Id;

    /// <summary>Where its row lies in the rows of its chunk.</summary>
    public (int Start, int End) Row { get; set; }
}

/// <summary>Appends that are written together by COPY, their rows encoded already.</summary>
internal sealed class PreparedChunk : IDisposable
{
    readonly List<PreparedAppend> appends = [];
    readonly EventRows rows = new();

    public IReadOnlyList<PreparedAppend> Appends => appends;
    public int Events { get; private set; }
    public int Bytes => rows.Length;

    public void Add(PreparedAppend append)
    {
        foreach (var e in append.Events)
        {
            var start = rows.Add(append.Append, e);
            e.Row = (start, rows.Length);
        }
        append.Rows = rows;
        appends.Add(append);
        Events += append.Events.Length;
    }

    public void Dispose() => rows.Dispose();
}

/// <summary>A checked append that waits for its answer in the writer's queue.</summary>
internal sealed class PreparedAppend(Append append, PreparedEvent[] events)
{
    readonly TaskCompletionSource<AppendResult> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Append Append { get; } = append;
    public PreparedEvent[] Events { get; } = events;
    public Task<AppendResult> Answer => answer.Task;
    public CancellationToken Cancellation { get; init; }

    /// <summary>The encoded rows of its chunk; null for a small append.</summary>
    public EventRows? Rows { get; set; }

    public void Reply(AppendResult result) => answer.TrySetResult(result);
    public void Fail(Exception exception) => answer.TrySetException(exception);
    public void Cancel() => answer.TrySetCanceled(Cancellation);
}

/// <summary>Checks an append on its caller's thread, so that a bad one never reaches the group that others share.</summary>
internal static class AppendRules
{
    const int IdLength = 200;
    const int ReasonLength = 4000;
    const int EventBytes = 8 << 20;

    /// <summary>The prepared append, or why it can never be appended.</summary>
    public static (PreparedAppend? Prepared, AppendResult.AppendRefused? Refused) Prepare(Append append, EventTypes types, CancellationToken cancellation)
    {
        if (append.Events.Count == 0)
            return (null, new("append.empty", "An append needs at least one event."));
        var refused = Id("tenant", append.Tenant, required: true) ?? Id("stream id", append.StreamId, required: true)
            ?? Id("stream type", append.StreamType, required: true) ?? Id("user", append.Context.User, required: true)
            ?? Id("correlation id", append.Context.CorrelationId) ?? Id("causation id", append.Context.CausationId);
        if (refused is not null)
            return (null, refused);
        if (append.Expected.Value < ExpectedVersion.Any.Value)
            return (null, new("append.expected-version", "An expected version is never negative."));

        var prepared = new PreparedEvent[append.Events.Count];
        for (var i = 0; i < prepared.Length; i++)
        {
            (var one, refused) = Prepare(append.Events[i], append.CommandId, types);
            if (one is null)
                return (null, refused);
            prepared[i] = one;
        }
        if (prepared.Length > 1 && HasTwins(prepared))
            return (null, new("event.id-duplicate", "Two events of one append have the same id."));
        return (new(append, prepared) { Cancellation = cancellation }, null);
    }

    static bool HasTwins(PreparedEvent[] events)
    {
        var ids = new HashSet<Guid>(events.Length);
        foreach (var e in events)
            if (!ids.Add(e.Id))
                return true;
        return false;
    }

    static (PreparedEvent?, AppendResult.AppendRefused?) Prepare(NewEvent one, Guid? command, EventTypes types)
    {
        if (one.Id == Guid.Empty)
            return (null, new("event.id-missing", "An event needs an id."));
        if (!types.TryGetAlias(one.Data.GetType(), out var alias, out var dotnet))
            return (null, new("event.type-unknown", $"'{one.Data.GetType().Name}' is not a registered event type."));
        var refused = Text("reason", one.Reason, ReasonLength) ?? Text("file", one.Source?.File, ReasonLength);
        if (refused is not null)
            return (null, refused);
        byte[] json;
        try
        {
            json = JsonSerializer.SerializeToUtf8Bytes(one.Data, one.Data.GetType(), EventTypes.Json);
        }
        catch (JsonRules.NotUnicodeException)
        {
            return (null, JsonRules.Surrogate);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException or NotSupportedException) // NaN, cycles, raw text that is no JSON
        {
            return (null, new("event.json-invalid", e.Message));
        }
        if (json.Length > EventBytes)
            return (null, new("event.too-large", $"An event may have {EventBytes >> 20} MiB."));
        return JsonRules.Check(json) is { } broken
            ? (null, broken)
            : (new(one, alias, dotnet, json, EventHeaders.Write(one.Reason, one.Source, command)), null);
    }

    static AppendResult.AppendRefused? Id(string what, string? text, bool required = false) =>
        required && string.IsNullOrEmpty(text) ? new("append.id-missing", $"The {what} is missing.") : Text(what, text, IdLength);

    static AppendResult.AppendRefused? Text(string what, string? text, int length) => text switch
    {
        null => null,
        _ when text.Length > length => new("append.text-too-long", $"The {what} is longer than {length} characters."),
        _ when text.Contains('\0', StringComparison.Ordinal) => JsonRules.Nul,
        _ when !JsonRules.IsUnicode(text) => JsonRules.Surrogate,
        _ => null,
    };
}

/// <summary>The column <c>headers</c>: <c>reason</c>, <c>source</c> and <c>commandId</c>, each where there is one.</summary>
internal sealed record EventHeaders(string? Reason, EventSource? Source, Guid? CommandId)
{
    static readonly EventHeaders None = new(null, null, null);

    public static byte[]? Write(string? reason, EventSource? source, Guid? command) =>
        reason is null && source is null && command is null
            ? null
            : JsonSerializer.SerializeToUtf8Bytes(new EventHeaders(reason, source, command), EventTypes.Json);

    public static EventHeaders Read(string? json) =>
        json is null ? None : JsonSerializer.Deserialize<EventHeaders>(json, EventTypes.Json) ?? None;
}
