using EquityPlatform.EventSourcing.Sealed;
using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Roster;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Students;

/// <summary>A student's number in a system of numbers (state, district, local); the number is sealed (<see cref="StudentNumber"/>).</summary>
internal sealed record StudentIdentifierRecorded(string StudentKey, string System, SealedPart Sealed, string Salt)
{
    public const string Type = "student-identifier-recorded/1";
}

/// <summary>What is sealed of a number.</summary>
internal sealed record StudentNumber(string System, string Value, Change Change)
{
    public override string ToString() => nameof(StudentNumber);
}

internal sealed class IdentifierDraft(string user, string system, string value, Place place, Row row) : Draft(RecordKind.Identifier, $"{user}\n{system}", place, row)
{
    public override string? Person => user;
    public override string Content => Join(system, value);
    public override (string System, string Value)? Number => (system, value);
    public override (string, string) Stream(string person) => ($"student-{person}", "student");
    public override object Event(EventFacts facts) => new Unsealed(facts.Person, new StudentNumber(system, value, facts.Change), part => new StudentIdentifierRecorded(facts.Person, system, part, facts.Salt));
}

/// <summary>Numbers of students beside the id of their source: by them, files of other systems say whom a row is about.</summary>
internal static class Identifiers
{
    /// <summary>Systems of numbers that may be named in <c>userIds</c> (<c>{state:123}</c>), in declarations and in mappings.</summary>
    public static readonly IReadOnlyList<string> Systems = ["state", "district", "local"];

    /// <summary>Numbers that <c>userIds</c> states. Other systems than the known ones are told of and not kept.</summary>
    public static List<(string System, string Value)> FromColumn(RowCheck check)
    {
        var found = new List<(string, string)>();
        foreach (var entry in (check.Optional("userIds") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var colon = entry.IndexOf(':', StringComparison.Ordinal);
            if (!entry.StartsWith('{') || !entry.EndsWith('}') || colon < 2 || colon > entry.Length - 3)
                check.Warn("userIds", "identifier.form");
            else if (Systems.FirstOrDefault(s => s.Equals(entry[1..colon].Trim(), StringComparison.OrdinalIgnoreCase)) is not { } system)
                check.Warn("userIds", "identifier.system");
            else if (check.Sound("userIds", entry[(colon + 1)..^1].Trim()))
                found.Add((system, entry[(colon + 1)..^1].Trim()));
        }
        foreach (var (column, means) in check.Spec.Meanings)
            if (means.StartsWith("identifier:", StringComparison.Ordinal) && check.OptionalId(column) is { } number)
                found.Add((means["identifier:".Length..], number));
        return found;
    }
}

/// <summary>A person who is known by pseudonym, where rows name people by another number than the id of their source: it stands in place of that id.</summary>
internal static class PersonToken
{
    const char Mark = '\u0001';

    public static string Of(Guid person) => $"{Mark}{person:N}";

    public static Guid? Read(string id) => id.Length == 33 && id[0] == Mark ? Guid.Parse(id.AsSpan(1)) : null;
}
