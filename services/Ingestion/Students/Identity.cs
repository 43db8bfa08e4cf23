using System.Text.Json.Serialization;
using EquityPlatform.EventSourcing.Sealed;
using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Students;

/// <summary>A student's names and ids in the source system, sealed under the student's key (<see cref="Identity"/>).</summary>
internal sealed record StudentIdentityRecorded(string StudentKey, SealedPart Sealed, string Salt)
{
    public const string Type = "student-identity-recorded/1";
}

/// <summary>A student's birth date, sealed under the student's key (<see cref="BirthDate"/>).</summary>
internal sealed record StudentBirthDateRecorded(string StudentKey, SealedPart Sealed, string Salt)
{
    public const string Type = "student-birth-date-recorded/1";
}

/// <summary>What is sealed of users.csv. The hashes before and after stand inside as well: outside they would outlive the key.</summary>
internal sealed record Identity(string GivenName, string? MiddleName, string FamilyName, string SourcedId, string? Identifier, Change Change)
{
    /// <summary>Category of the key that seals who a student is.</summary>
    public const string Category = "identity";

    /// <summary>So that no log line and no message ever shows it.</summary>
    public override string ToString() => nameof(Identity);
}

/// <summary>What is sealed of demographics.csv; null once the source takes the date back.</summary>
internal sealed record BirthDate(DateOnly? Date, Change Change)
{
    public override string ToString() => nameof(BirthDate);
}

/// <summary>An event whose private part is not sealed yet. Not a registered type: were sealing forgotten, the log would refuse it.</summary>
internal sealed record Unsealed(string StudentKey, [property: JsonIgnore] object Private, [property: JsonIgnore] Func<SealedPart, object> Event);

internal sealed class IdentityDraft(string user, string given, string? middle, string family, string? identifier, Place place, Row row) : Draft(RecordKind.Identity, user, place, row)
{
    public override string? Person => Key;
    public override string Content => Join(given, middle, family, Key, identifier);
    public override (string System, string Value)? Number => identifier is null ? null : ("local", identifier);
    public override (string, string) Stream(string person) => ($"student-{person}", "student");
    public override object Event(EventFacts facts) => new Unsealed(facts.Person, new Identity(given, middle, family, Key, identifier, facts.Change),
        part => new StudentIdentityRecorded(facts.Person, part, facts.Salt));
}

internal sealed class BirthDateDraft(string user, DateOnly? date, Place place, Row row) : Draft(RecordKind.BirthDate, user, place, row)
{
    public override string? Person => Key;
    public override string Content => Join(Text(date));
    public override (string, string) Stream(string person) => ($"student-{person}", "student");
    public override object Event(EventFacts facts) => new Unsealed(facts.Person, new BirthDate(date, facts.Change), part => new StudentBirthDateRecorded(facts.Person, part, facts.Salt));
}
