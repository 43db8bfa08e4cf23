using EquityPlatform.Ingestion.Roster;
using EquityPlatform.Ingestion.Rows;
using EquityPlatform.Ingestion.Students;

namespace EquityPlatform.Ingestion.Records;

/// <summary>What rows of every file refer to: students, schools, school years. One place says what happens if the target is not there.</summary>
internal static class References
{
    /// <summary>The student whom a column names: by the id of the source's roster, or by another number if the file uses one.</summary>
    public static string Student(this Reading reading, RowCheck check, string column)
    {
        var id = check.Id(column);
        if (!check.Ok)
            return id;
        if ((check.Identifier ?? reading.DeclaredIdentifiers.GetValueOrDefault(check.Spec.Name)) is { } system)
            return reading.Numbers.Find(system, id) switch
            {
                Numbered.One one => one.Person,
                Numbered.Several => Refused(check, column, "identifier.ambiguous"),
                _ => Refused(check, column, "identifier.unknown"),
            };
        if (reading.RoleOf(id) != "student")
            check.Missing(column, FileSpecs.Users, id);
        return id;
    }

    static string Refused(RowCheck check, string column, string code)
    {
        check.Quarantine(column, code);
        return "";
    }

    public static string Organization(this Reading reading, RowCheck check, string column)
    {
        check.Required(column);
        return reading.OptionalOrganization(check, column) ?? "";
    }

    public static string? OptionalOrganization(this Reading reading, RowCheck check, string column)
    {
        var id = check.OptionalId(column);
        if (check.Ok && id is not null && !reading.HasOrganization(id))
            check.Missing(column, FileSpecs.Orgs, id);
        return id;
    }

    /// <summary>
    /// The school year of a result. Results also come from years before the first that is known (of who moved here), and from the summer between two: they count for the year whose
    /// beginning, a year being a year, was the last before their day.
    /// </summary>
    public static int YearOfResult(this Reading reading, RowCheck check, string column, DateOnly date)
    {
        if (!check.Ok || reading.SchoolYearOf(date) is not null || reading.YearBegunBefore(date) is not { } year)
            return reading.RequiredYear(check, column, date);
        check.Warn(column, "date.year-derived");
        return year;
    }

    /// <summary>Tells of an event on a day on which its school holds no school, or on which its student is not enrolled there. It is taken in all the same: calendars and rosters are late, too.</summary>
    public static void WatchDay(this Reading reading, RowCheck check, string? user, string school, int year, DateOnly date)
    {
        if (!check.Ok || reading.IsAgain)
            return;
        if (reading.SchoolDays.IsOff(school, date))
            check.Warn("date", "date.no-school");
        if (user is not null && reading.Stays.AreOver(user, school, year, date))
            check.Warn("date", "date.outside-enrollment");
    }

    /// <summary>The school year that a date lies in; a date outside all of them quarantines the row.</summary>
    public static int RequiredYear(this Reading reading, RowCheck check, string column, DateOnly date)
    {
        var year = check.Ok ? reading.SchoolYearOf(date) : null;
        if (check.Ok && year is null)
            check.Quarantine(column, "date.outside-year");
        return year ?? 0;
    }
}
