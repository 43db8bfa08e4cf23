namespace EquityPlatform.Indicators.Calendar;

/// <param name="End">First day after.</param>
/// <param name="InstructionalDays">Days in session, where the source states them.</param>
internal sealed record SessionFact(string Id, string? Parent, DateOnly Start, DateOnly End, int? InstructionalDays);

/// <param name="InSession">Instructional or makeup.</param>
/// <param name="Weight">Part of a whole day of school, in ten-thousandths: 5000 for a half day.</param>
internal readonly record struct CalendarDayFact(string School, DateOnly Day, bool InSession, int Weight = SchoolDays.WholeDay);

/// <summary>A declared span of attendance reporting, both ends inclusive.</summary>
/// <param name="Exceptions">True: a day without a row is present; false: every day must have a row.</param>
internal sealed record CoverageFact(DateOnly From, DateOnly To, bool Exceptions, bool Derived);
