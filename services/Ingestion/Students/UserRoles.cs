using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Roster;
using EquityPlatform.Ingestion.Rows;
using EquityPlatform.Ingestion.Staffing;

namespace EquityPlatform.Ingestion.Students;

/// <summary>Role and organizations of a user, from all rows of roles.csv about them.</summary>
internal sealed record UserRole(string Role, IReadOnlyList<string> Organizations);

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
            var (role, kind) = (check.Enum("role", Known), check.Enum("roleType", ["primary", "secondary"]));
            if (!check.Ok)
                continue;
            if (!reading.Roles.TryGetValue(user, out var before))
                reading.Roles[user] = new(role, [org]);
            else
                // The primary role counts; of two, a student stays a student
                reading.Roles[user] = new(kind == "primary" && before.Role != "student" ? role : before.Role, before.Organizations.Contains(org) ? before.Organizations : [.. before.Organizations, org]);
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
