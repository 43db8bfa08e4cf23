using EquityPlatform.Indicators.Calendar;
using EquityPlatform.Indicators.Cube;
using EquityPlatform.Indicators.Students;
using Npgsql;

namespace EquityPlatform.Indicators.Facts;

/// <summary>The queries behind <see cref="YearFacts"/>, sent as one batch.</summary>
internal static class YearQueries
{
    const string OfTheYear = "where tenant_id = $1 and school_year = $2";
    const string StudentsOfTheYear = $"where tenant_id = $1 and student_key in (select student_key from enrollments {OfTheYear} and not withdrawn)";

    static readonly string[] Queries =
    [
        "select org_id, name from organizations where tenant_id = $1 and kind = 'school' and $2 is not null",
        $"select session_id, parent_session_id, start_date, end_date, instructional_days from sessions {OfTheYear}",
        // A calendar row names no school year: the year's sessions bound it, or else its enrolments
        $"""
        select school_id, day, kind in ('instructional', 'makeup'), weight from calendar_days where tenant_id = $1
          and day >= coalesce((select min(start_date) from sessions {OfTheYear}), (select min(entry_date) from enrollments {OfTheYear}))
          and day < coalesce((select max(end_date) from sessions {OfTheYear}), (select max(exit_date) from enrollments {OfTheYear}))
        """,
        "select from_date, to_date, mode = 'exceptions', derived from coverage_declarations where tenant_id = $1 and $2 is not null order by seq",
        $"select student_key, school_id, entry_date, exit_date, grade, derived from enrollments {OfTheYear} and not withdrawn",
        $"select student_key, race_ethnicity, sex from demographics {StudentsOfTheYear}",
        $"select student_key, program, participates, begin_date, end_date from programs {StudentsOfTheYear}",
        $"select student_key, school_id, day, absent_portion from attendance {OfTheYear}",
    ];

    public static async Task<YearFacts> ReadAsync(NpgsqlConnection connection, string tenant, int schoolYear, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var query in Queries)
            batch.BatchCommands.Add(new(query) { Parameters = { new() { Value = tenant }, new() { Value = schoolYear } } });
        await using var reader = await batch.ExecuteReaderAsync(cancellation);

        var schools = new Dictionary<string, string>(StringComparer.Ordinal);
        await EachAsync(r => schools[r.GetString(0)] = r.GetString(1));
        var sessions = await ListAsync(r => new SessionFact(r.GetString(0), Text(r, 1), Date(r, 2), Date(r, 3), r.IsDBNull(4) ? null : r.GetInt32(4)));
        var calendar = await ListAsync(r => new CalendarDayFact(r.GetString(0), Date(r, 1), r.GetBoolean(2), r.GetInt32(3)));
        var coverage = await ListAsync(r => new CoverageFact(Date(r, 0), Date(r, 1), r.GetBoolean(2), r.GetBoolean(3)));
        var students = new Dictionary<string, Gathered>(StringComparer.Ordinal);
        await EachAsync(r => Of(r).Enrollments.Add(new(r.GetString(1), Date(r, 2), Date(r, 3), Text(r, 4), r.GetBoolean(5))));
        await EachAsync(r => Of(r).Demographics = new(r.GetString(1), Text(r, 2)));
        await EachAsync(r => Of(r).Programs.Add(new(r.GetString(1), r.GetBoolean(2), MaybeDate(r, 3), MaybeDate(r, 4))));
        await EachAsync(r => Of(r).Attendance.Add(new(r.GetString(1), Date(r, 2), r.GetInt32(3))));
        return new(schoolYear, schools, sessions, calendar, coverage, [.. students.Select(pair => pair.Value.AsFacts(pair.Key)).OrderBy(student => student.Key, StringComparer.Ordinal)]);

        Gathered Of(NpgsqlDataReader r)
        {
            var key = r.GetString(0);
            return students.TryGetValue(key, out var student) ? student : students[key] = new();
        }

        async Task<List<T>> ListAsync<T>(Func<NpgsqlDataReader, T> map)
        {
            List<T> list = [];
            await EachAsync(r => list.Add(map(r)));
            return list;
        }

        async Task EachAsync(Action<NpgsqlDataReader> take)
        {
            while (await reader.ReadAsync(cancellation))
                take(reader);
            await reader.NextResultAsync(cancellation);
        }
    }

    static string? Text(NpgsqlDataReader r, int i) => r.IsDBNull(i) ? null : r.GetString(i);

    static DateOnly Date(NpgsqlDataReader r, int i) => r.GetFieldValue<DateOnly>(i);

    static DateOnly? MaybeDate(NpgsqlDataReader r, int i) => r.IsDBNull(i) ? null : Date(r, i);

    sealed class Gathered
    {
        public DemographicsFact? Demographics { get; set; }
        public List<ProgramFact> Programs { get; } = [];
        public List<EnrollmentFact> Enrollments { get; } = [];
        public List<AttendanceFact> Attendance { get; } = [];

        public StudentFacts AsFacts(string key) => new(key, Demographics, Programs,
            [.. Enrollments.OrderBy(span => span.Entry).ThenBy(span => span.School, StringComparer.Ordinal)], Attendance);
    }
}
