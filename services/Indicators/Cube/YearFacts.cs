using EquityPlatform.Indicators.Calendar;
using EquityPlatform.Indicators.Students;

namespace EquityPlatform.Indicators.Cube;

/// <summary>Everything that the numbers of one school year are made of, read at one position.</summary>
/// <param name="Schools">Name by org id.</param>
/// <param name="CalendarDays">Days of schools that sent a calendar, within the year.</param>
/// <param name="Coverage">Declarations, oldest first.</param>
/// <param name="Students">Everyone with an enrolment or an attendance row in the year.</param>
internal sealed record YearFacts(int SchoolYear, IReadOnlyDictionary<string, string> Schools, IReadOnlyList<SessionFact> Sessions,
    IReadOnlyList<CalendarDayFact> CalendarDays, IReadOnlyList<CoverageFact> Coverage, IReadOnlyList<StudentFacts> Students);
