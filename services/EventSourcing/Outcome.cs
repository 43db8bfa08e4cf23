namespace EquityPlatform.EventSourcing;

/// <summary>Kinds of refusal; mapped to HTTP once: 422, 404, 409, 403, 412.</summary>
public enum RefusalKind { Invalid, Absent, Conflict, Forbidden, Stale }

/// <summary>A rule said no: a stable code and a sentence that a school clerk understands.</summary>
/// <param name="Code">Stable, e.g. <c>goal.target-missing</c>.</param>
public sealed record Refusal(RefusalKind Kind, string Code, string Message)
{
    public static Refusal Invalid(string code, string message) => new(RefusalKind.Invalid, code, message);
    public static Refusal Absent(string code, string message) => new(RefusalKind.Absent, code, message);
    public static Refusal Conflict(string code, string message) => new(RefusalKind.Conflict, code, message);
    public static Refusal Forbidden(string code, string message) => new(RefusalKind.Forbidden, code, message);
    public static Refusal Stale(string code, string message) => new(RefusalKind.Stale, code, message);
}

/// <summary>What a decision yields: events (perhaps none, for a repeat) or a refusal.</summary>
public abstract record Outcome<TEvent> where TEvent : notnull
{
    private Outcome() { }

    public sealed record Accepted(IReadOnlyList<TEvent> Events) : Outcome<TEvent>;
    public sealed record Refused(Refusal Refusal) : Outcome<TEvent>;

    public static implicit operator Outcome<TEvent>(Refusal refusal) => new Refused(refusal);
    public static implicit operator Outcome<TEvent>(TEvent happened) => new Accepted([happened]);
}

/// <summary>Shorthands for outcomes.</summary>
public static class Outcome
{
    /// <summary>A repeat of a command with the same content: nothing new happened.</summary>
    public static Outcome<TEvent> Nothing<TEvent>() where TEvent : notnull => new Outcome<TEvent>.Accepted([]);
    public static Outcome<TEvent> Of<TEvent>(params TEvent[] events) where TEvent : notnull => new Outcome<TEvent>.Accepted(events);
}
