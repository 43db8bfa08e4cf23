using EquityPlatform.Ingestion.Records;

namespace EquityPlatform.Ingestion.Students;

/// <summary>Whom a number stands for.</summary>
internal abstract record Numbered
{
    Numbered() { }

    public sealed record Nobody : Numbered;

    /// <param name="Person">Id in the source's roster, or a <see cref="PersonToken"/>.</param>
    public sealed record One(string Person) : Numbered;

    /// <summary>Two students have the number: nobody can tell which is meant.</summary>
    public sealed record Several : Numbered;
}

/// <summary>Students by number: those that this feed states before those that are known. Numbers are known only as keyed hashes, for the whole district and not for one source.</summary>
internal sealed class NumberIndex(KnownRecords known)
{
    /// <summary>Null where several students of this feed have the number.</summary>
    readonly Dictionary<(string System, string Value), string?> stated = [];

    public void State(string system, string value, string user) =>
        stated[(system, value)] = stated.TryGetValue((system, value), out var other) && other != user ? null : user;

    public Numbered Find(string system, string value)
    {
        if (stated.TryGetValue((system, value), out var user))
            return user is null ? new Numbered.Several() : new Numbered.One(user);
        return known.Numbers.Find(known.Keyed.Number(system, value));
    }
}
