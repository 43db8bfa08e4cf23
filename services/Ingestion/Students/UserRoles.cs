using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Roster;
using EquityPlatform.Ingestion.Rows;
using EquityPlatform.Ingestion.Staffing;

namespace EquityPlatform.Ingestion.Students;

/// <summary>Role and organizations of a user, from all rows of roles.csv about them.</summary>
/// <param name="Organizations">In the order of the rows, but those where the role is the primary one (<c>roleType</c>) and lasts come first.</param>
/// <param name="Leading">How many of them come first.</param>
internal sealed record UserRole(string Role, IReadOnlyList<string> Organizations, int Leading)
{
    public UserRole At(string role, string organization, bool leads)
    {
        if (Organizations.Contains(organization) && !(leads && Organizations.Skip(Leading).Contains(organization)))
            return this with { Role = role };
        var others = Organizations.Where(o => o != organization);
        return leads
            ? new(role, [.. others.Take(Leading), organization, .. others.Skip(Leading)], Leading + 1)
            : new(role, [.. others, organization], Leading);
    }
}

/// <summary>
/// OneRoster 1.2 keeps role and organizations of users in roles.csv. They are read before users.csv, which needs them; what a row says about
/// the work of staff becomes an assignment after it.
/// </summary>
internal static class UserRoles
{
    public static readonly string[] Known =
    [
        "aide", "counselor", "districtAdministrator", "guardian", "parent", "principal", "proctor", "relative", "siteAdministrator", "student", "systemAdministrator", "teacher",
    ];

    static readonly string[] Family = ["guardian", "parent", "relative"];

    /// <summary>What a row of users.csv would say of itself in version 1.1.</summary>
    public static IEnumerable<(string Column, string Value)> Of(FileSpec spec, string? user, Reading reading) =>
        spec.Name == FileSpecs.Users.Name && reading.HasRoles && user is not null && reading.Roles.TryGetValue(user, out var stated)
            ? [("role", stated.Role), ("orgSourcedIds", string.Join(',', stated.Organizations))]
            : [];

    public static void Collect(Table table, Reading reading)
    {
        Duplicates.Mark(table, reading);
        foreach (var row in table.Kept)
        {
            var check = reading.Check(table, row);
            var (user, org) = (check.Id("userSourcedId"), reading.Organization(check, "orgSourcedId"));
            var (role, kind, end) = (check.Enum("role", Known), check.Enum("roleType", ["primary", "secondary"]), check.Date("endDate"));
            if (!check.Ok)
                continue;
            // The standard asks for one primary role at each organization: two schools may both have one
            var (primary, before) = (kind == "primary", reading.Roles.GetValueOrDefault(user) ?? new(role, [], 0));
            // The primary role counts; of two, a student stays a student
            reading.Roles[user] = before.At(primary && before.Role != "student" ? role : before.Role, org, leads: primary && (end is null || end > reading.Today));
        }
    }

    /// <summary>After users.csv: rows about users who are not there, and assignments of staff.</summary>
    public static void Read(Table table, Reading reading) => NaturalKeys.Read(table, reading, check =>
    {
        var (user, org, role) = (check.Id("userSourcedId"), check.Id("orgSourcedId"), check.Enum("role", Known));
        var (begin, end) = (check.Date("beginDate"), check.Date("endDate"));
        if (check.Ok && end < begin)
            check.Quarantine("endDate", "date.order");
        if (check.Ok && reading.RoleOf(user) is null)
            check.Missing("userSourcedId", FileSpecs.Users, user);
        return check.Ok && role != "student" && !Family.Contains(role)
            ? new StaffAssignmentDraft(user, null, org, role, begin, end, null, null, check.Row.Place, check.Row)
            : null;
    });
}
