using System.Text.Json;
using EquityPlatform.Contracts.Bus;
using EquityPlatform.EventSourcing;
using Npgsql;

namespace EquityPlatform.Indicators.Lineage;

/// <summary>The rows that stand behind the facts of one student in one school year.</summary>
internal sealed class Origins
{
    public List<(string School, IReadOnlyList<RowOrigin> Rows)> Enrollments { get; } = [];
    public List<RowOrigin> Demographics { get; } = [];

    /// <summary>Rows of the one program that was asked about.</summary>
    public List<RowOrigin> Programs { get; } = [];
    public List<(string School, DateOnly Day, RowOrigin Row)> Attendance { get; } = [];

    const string OfStudents = "where tenant_id = $1 and student_key = any($2)";

    /// <param name="program">Program whose rows are wanted, or null.</param>
    public static async Task<IReadOnlyDictionary<string, Origins>> ReadAsync(NpgsqlConnection connection, string tenant, int schoolYear, string[] students, string? program,
        bool withAttendance, CancellationToken cancellation)
    {
        var origins = students.ToDictionary(key => key, _ => new Origins(), StringComparer.Ordinal);
        await EachAsync($"select student_key, school_id, rows::text, feed, file, row from enrollments {OfStudents} and school_year = $3 and not withdrawn", schoolYear,
            (of, r) => of.Enrollments.Add((r.GetString(1), EnrollmentRows(r))));
        await EachAsync($"select student_key, feed, file, row from demographics {OfStudents} and feed is not null and $3 is not null", schoolYear,
            (of, r) => of.Demographics.Add(Row(r, 1)));
        if (program is not null)
            await EachAsync($"select student_key, feed, file, row from programs {OfStudents} and feed is not null and program = $3", program,
                (of, r) => of.Programs.Add(Row(r, 1)));
        if (withAttendance)
            await EachAsync($"select student_key, school_id, day, feed, file, row from attendance {OfStudents} and feed is not null and school_year = $3", schoolYear,
                (of, r) => of.Attendance.Add((r.GetString(1), r.GetFieldValue<DateOnly>(2), Row(r, 3))));
        return origins;

        async Task EachAsync(string sql, object third, Action<Origins, NpgsqlDataReader> take)
        {
            await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = tenant }, new() { Value = students }, new() { Value = third } } };
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
                take(origins[reader.GetString(0)], reader);
        }
    }

    public static RowOrigin Row(NpgsqlDataReader r, int first) => new(r.GetGuid(first), r.GetString(first + 1), r.GetInt32(first + 2));

    // A record that names its rows names them all; one that does not was stated by the row it came from
    static IReadOnlyList<RowOrigin> EnrollmentRows(NpgsqlDataReader r) =>
        JsonSerializer.Deserialize<IReadOnlyList<RowOrigin>>(r.GetString(2), EventTypes.Json) is { Count: > 0 } rows ? rows
        : r.IsDBNull(3) ? []
        : [Row(r, 3)];
}
