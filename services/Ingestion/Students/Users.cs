using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Roster;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Students;

/// <summary>A student, by pseudonym. Names and ids are an event of their own, sealed; user names, e-mail and phone are dropped at the edge.</summary>
internal sealed record StudentRecorded(string StudentKey, bool Enabled, IReadOnlyList<string> Organizations, string? Grade, Change Change, string Salt);

/// <summary>Staff or family member, by pseudonym. Their names are not kept.</summary>
internal sealed record PersonRecorded(string PersonKey, string Role, bool Enabled, IReadOnlyList<string> Organizations, Change Change, string Salt);

/// <summary>What is remembered of a person.</summary>
internal sealed record PersonMemory(string? Grade);

internal sealed class PersonDraft(string id, string role, bool enabled, IReadOnlyList<string> organizations, string? grade, Place place, Row row) : Draft(RecordKind.Person, id, place, row)
{
    public string Role { get; } = role;
    public string? Grade { get; } = grade;
    public override string? Person => Key;
    public override string? PersonRole => Role;
    public override string Content => Join(Role, enabled ? "1" : "0", string.Join(',', organizations), Grade);
    public override KeyFacts Facts => new(School: organizations.Count == 1 ? organizations[0] : null);
    public override string? Memory => Memories.Write(new PersonMemory(Grade));
    public override (string, string) Stream(string person) => Role == "student" ? ($"student-{person}", "student") : ($"person-{person}", "person");
    public override object Event(EventFacts facts) => Role == "student"
        ? new StudentRecorded(facts.Person, enabled, organizations, Grade, facts.Change, facts.Salt)
        : new PersonRecorded(facts.Person, Role, enabled, organizations, facts.Change, facts.Salt);
}

/// <summary>Reads users.csv, with the programs that <c>metadata.*</c> columns state.</summary>
internal static class Users
{
    static readonly string[] Roles = ["administrator", "aide", "guardian", "parent", "proctor", "relative", "student", "teacher"];

    public static void Read(Table table, Reading reading)
    {
        Duplicates.Mark(table, reading);
        LeadingZeros.Watch(table, "identifier", reading);
        LeadingZeros.Watch(table, "sourcedId", reading);
        foreach (var row in table.Kept)
        {
            var check = reading.Check(table, row);
            var id = check.Id("sourcedId");
            var (role, organizations) = RoleOf(check, reading, id);
            check.Required("enabledUser");
            var enabled = (check.Boolean("enabledUser") ?? true) && !row.IsInactive;
            if (check.Ok && organizations.FirstOrDefault(o => !reading.HasOrganization(o)) is { } missing)
                check.Missing("orgSourcedIds", FileSpecs.Orgs, missing);
            var identifier = role == "student" ? check.OptionalId("identifier") : null;
            var grade = role == "student" ? Grade.Read(check) : null;
            var programs = role == "student" ? Programs.FromColumns(check) : [];
            var numbers = role == "student" ? Identifiers.FromColumn(check) : [];
            if (check.Ok && reading.HoldsAnotherIdOf(id))
                check.Quarantine("sourcedId", "id.several-of-one");
            if (!check.Ok)
                continue;
            if (role == "student" && reading.IsNewcomer(id))
                reading.Newcomers.Add(Newcomer(reading, id, identifier, numbers, row.Place));
            if (role == "student" && organizations.Distinct(StringComparer.Ordinal).Count(reading.IsSchool) > 1)
                check.Warn(check.Optional("orgSourcedIds") is null ? null : "orgSourcedIds", "user.two-schools");
            reading.StateUser(id, role);
            var place = row.Place;
            reading.Add(new PersonDraft(id, role, enabled, organizations, grade, place, row));
            if (role == "student")
                reading.Add(new IdentityDraft(id, check.Optional("givenName") ?? "", check.Optional("middleName"), check.Optional("familyName") ?? "", identifier, place, row));
            if (identifier is not null && reading.NamesByNumber)
                reading.Numbers.State("local", identifier, id);
            foreach (var (system, value) in numbers)
            {
                if (reading.NamesByNumber)
                    reading.Numbers.State(system, value, id);
                reading.Add(new IdentifierDraft(id, system, value, place, row));
            }
            reading.HasProgramColumns |= programs.Count > 0;
        }
    }

    /// <summary>A student whose id is new, as the numbers would tell who it is.</summary>
    static Newcomer Newcomer(Reading reading, string id, string? identifier, List<(string System, string Value)> numbers, Place place)
    {
        if (identifier is not null)
            numbers = [.. numbers, ("local", identifier)];
        var keyed = reading.Known.Keyed;
        return new(keyed.Record(RecordKind.Person, id), place, [.. numbers.Select(n => (n.System, keyed.Number(n.System, n.Value))).Distinct()]);
    }

    /// <summary>From the row (1.1), else from roles.csv (1.2), else as known before.</summary>
    static (string Role, IReadOnlyList<string> Organizations) RoleOf(RowCheck check, Reading reading, string id)
    {
        if (check.Optional("role") is not null || !reading.HasRoles)
            return (check.Enum("role", reading.HasRoles ? [.. Roles.Union(UserRoles.Known)] : Roles), PrimaryFirst(check, check.Ids("orgSourcedIds")));
        if (reading.Roles.TryGetValue(id, out var stated))
            return (stated.Role, PrimaryFirst(check, stated.Organizations));
        IReadOnlyList<string> primary = check.OptionalId("primaryOrgSourcedId") is { } org ? [org] : [];
        if (check.Ok && reading.Known.Person(id) is { } known)
            return (known.Role, primary);
        check.Quarantine("sourcedId", "user.no-role");
        return ("", primary);
    }

    /// <summary>
    /// The primary school comes first: the one that the row calls primary (1.2), else one with a primary role (roles.csv), else the one that the source names first. It is at one of the
    /// organizations that the source gives the user, or nobody can tell what is meant.
    /// </summary>
    static IReadOnlyList<string> PrimaryFirst(RowCheck check, IReadOnlyList<string> organizations)
    {
        if (check.OptionalId("primaryOrgSourcedId") is not { } primary || !check.Ok)
            return organizations;
        if (organizations.Contains(primary))
            return [primary, .. organizations.Where(o => o != primary)];
        check.Warn("primaryOrgSourcedId", "user.primary-elsewhere");
        return organizations;
    }
}
