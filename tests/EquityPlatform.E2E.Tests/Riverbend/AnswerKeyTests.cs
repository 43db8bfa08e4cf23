using System.Globalization;
using System.Text.Json.Nodes;
using Npgsql;

namespace EquityPlatform.E2E.Tests.Riverbend;

/// <summary>
/// What was planted in riverbend is in the data that were loaded: counted in ingestion's event log, the latest event of each record, by SQL that shares nothing with generator or
/// services, and held against the answer key. Run by <c>deploy/eq e2e --riverbend</c>.
/// </summary>
[Trait("Category", "Riverbend")]
public sealed class AnswerKeyTests(LoadedRiverbend loaded) : IClassFixture<LoadedRiverbend>
{
    [Fact]
    public async Task Every_year_has_its_students_absences_incidents_results_and_answers()
    {
        var counted = await loaded.RowsAsync("""
            with years as (select generate_series(2022, 2026) y)
            select y,
              (select count(distinct d->>'studentKey') from enrollment where (d->>'schoolYear')::int = y),
              (select count(*) from attendance where (d->>'schoolYear')::int = y),
              (select count(*) from incident where (d->>'schoolYear')::int = y),
              (select count(*) from result where (d->>'schoolYear')::int = y),
              (select count(*) from answer where (d->>'schoolYear')::int = y)
            from years order by y
            """);
        var key = loaded.Key["years"]!.AsArray();
        counted.Count.ShouldBe(key.Count);
        foreach (var (row, year) in counted.Zip(key))
            row.ShouldBe([.. new[] { "schoolYear", "students", "absenceRows", "referrals", "testResults", "surveyAnswers" }.Select(name => year![name]!.GetValue<long>())]);
    }

    [Fact]
    public async Task English_learners_who_meet_the_reading_standard_are_those_of_the_key()
    {
        var counted = await loaded.RowsAsync("""
            select (d->>'schoolYear')::int, count(*) filter (where (d->>'met')::boolean), count(*) from result
            where d->>'subject' = 'reading' and d->>'studentKey' in (select d->>'studentKey' from program where d->>'program' = 'englishLearner')
            group by 1 order by 1
            """);
        counted.Select(row => (row[1], row[2])).ShouldBe(Parts("englishLearnerReading", "metByYear"));
    }

    [Fact]
    public async Task Referrals_for_defiance_are_biased_in_three_schools_and_objective_ones_are_not()
    {
        var schools = loaded.Key["defiance"]!["schools"]!.AsArray().Select(school => school!.GetValue<string>()).ToArray();
        var counted = await loaded.RowsAsync("""
            with stay as (select d->>'studentKey' s, d->>'studentKey' in (select d->>'studentKey' from demographics where d->>'raceEthnicity' = 'black') black
                          from enrollment where d->>'schoolId' = any($1)),
            referral as (select d->>'behavior' behavior, d->>'studentKey' in (select d->>'studentKey' from demographics where d->>'raceEthnicity' = 'black') black
                         from involvement where d->>'schoolId' = any($1) and d->>'role' = 'offender')
            select (select count(*) from referral where behavior = 'defiance' and black), (select count(*) from stay where black),
              (select count(*) from referral where behavior = 'defiance' and not black), (select count(*) from stay where not black),
              (select count(*) from referral where behavior not in ('defiance', 'disrespect', 'disruption') and black),
              (select count(*) from referral where behavior not in ('defiance', 'disrespect', 'disruption') and not black)
            """, (object)schools); // one parameter: an array
        var one = counted.ShouldHaveSingleItem();
        (one[0], one[1]).ShouldBe(Part("defiance", "defianceBlack"));
        (one[2], one[3]).ShouldBe(Part("defiance", "defianceOthers"));
        (one[4], one[1]).ShouldBe(Part("defiance", "objectiveBlack"));
        (one[5], one[3]).ShouldBe(Part("defiance", "objectiveOthers"));
    }

    [Fact]
    public async Task As_many_are_ready_for_algebra_and_fewer_are_enrolled_until_year_four()
    {
        var counted = await loaded.RowsAsync("""
            with less as (select d->>'studentKey' s from program where d->>'program' = 'economicallyDisadvantaged'
                          union select d->>'studentKey' from demographics where d->>'raceEthnicity' in ('black', 'hispanic')),
            algebra as (select distinct d->>'personKey' s, (d->>'schoolYear')::int y from seat where d->>'classId' in (select d->>'classId' from class where d->>'courseId' like 'algebra-1-%')),
            tested as (select d->>'studentKey' s, (d->>'schoolYear')::int y, (d->>'met')::boolean met from result where d->>'assessmentId' like 'algebra-readiness-%')
            select t.y, count(*) filter (where l.s is not null and met), count(*) filter (where l.s is not null), count(*) filter (where l.s is null and met), count(*) filter (where l.s is null),
              count(*) filter (where l.s is not null and met and a.s is not null), count(*) filter (where l.s is null and met and a.s is not null)
            from tested t left join less l using (s) left join algebra a on a.s = t.s and a.y = t.y group by 1 order by 1
            """);
        counted.Select(row => (row[1], row[2])).ShouldBe(Parts("algebra", "readyLessWellServed"));
        counted.Select(row => (row[3], row[4])).ShouldBe(Parts("algebra", "readyOthers"));
        counted.Select(row => (row[5], row[1])).ShouldBe(Parts("algebra", "enrolledLessWellServed"));
        counted.Select(row => (row[6], row[3])).ShouldBe(Parts("algebra", "enrolledOthers"));
    }

    [Fact]
    public async Task One_school_is_silent_and_the_correction_of_a_day_counts()
    {
        var silent = loaded.Key["silentSchool"]!;
        (await loaded.RowsAsync("""
            select count(*) filter (where (d->>'date')::date between $2::date and $3::date), count(*) from attendance where d->>'schoolId' = $1 and (d->>'schoolYear')::int = 2026
            """, Text(silent, "school"), Day(silent, "from"), Day(silent, "to"))).ShouldHaveSingleItem().ShouldSatisfyAllConditions(row => row[0].ShouldBe(0), row => row[1].ShouldBeGreaterThan(1000));

        var corrected = loaded.Key["lateCorrection"]!;
        var absent = (await loaded.RowsAsync("""
            select count(*) filter (where d->>'category' = 'absentExcused'), count(*),
              (select count(*) from first_attendance where d->>'schoolId' = $1 and (d->>'date')::date = $2::date and d->>'category' = 'absentUnexcused' and (d->>'absentPortion')::int > 0)
            from attendance where d->>'schoolId' = $1 and (d->>'date')::date = $2::date and (d->>'absentPortion')::int > 0
            """, Text(corrected, "school"), Day(corrected, "date"))).ShouldHaveSingleItem();
        absent.ShouldBe([Count(corrected, "absences"), Count(corrected, "absences"), Count(corrected, "absences")]);
    }

    [Fact]
    public async Task A_group_of_seven_and_a_pair_that_differs_by_four_are_there()
    {
        const string Sql = """
            select count(*) filter (where d->>'studentKey' in (select d->>'studentKey' from demographics where d->>'raceEthnicity' = 'americanIndian')), count(*),
              count(*) filter (where d->>'studentKey' in (select d->>'studentKey' from program where d->>'program' = 'economicallyDisadvantaged'))
            from enrollment where d->>'schoolId' = $1 and (d->>'schoolYear')::int = 2026
            """;
        var (small, pair) = (loaded.Key["smallGroup"]!, loaded.Key["differencingPair"]!);
        (await loaded.RowsAsync(Sql, Text(small, "school"))).ShouldHaveSingleItem()[0].ShouldBe(Count(small, "students"));
        var two = (await loaded.RowsAsync(Sql, Text(pair, "school"))).ShouldHaveSingleItem();
        (two[1], two[2]).ShouldBe((Count(pair, "students"), Count(pair, "economicallyDisadvantaged")));
    }

    [Fact]
    public async Task Tutoring_was_delivered_to_the_part_that_the_key_gives()
    {
        var row = (await loaded.RowsAsync("select count(*) filter (where (d->>'dosage')::int > 0), count(*) from participation")).ShouldHaveSingleItem();
        (row[0], row[1]).ShouldBe(Part("tutoring", "delivered"));
    }

    [Fact]
    public async Task Staff_are_in_their_posts()
    {
        foreach (var year in loaded.Key["years"]!.AsArray())
            (await loaded.RowsAsync("""
                select count(*) from post where (d->>'beginDate')::date < make_date($1 - 1, 12, 1) and (d->>'endDate')::date > make_date($1 - 1, 12, 1)
                """, year!["schoolYear"]!.GetValue<int>())).ShouldHaveSingleItem()[0].ShouldBe(Count(year, "staffAssignments"));
    }

    IEnumerable<(long, long)> Parts(string truth, string name) => loaded.Key[truth]![name]!.AsArray().Select(part => (Count(part!, "count"), Count(part!, "of")));

    (long, long) Part(string truth, string name) => (Count(loaded.Key[truth]![name]!, "count"), Count(loaded.Key[truth]![name]!, "of"));

    static long Count(JsonNode node, string name) => node[name]!.GetValue<long>();

    static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();

    static DateOnly Day(JsonNode node, string name) => DateOnly.Parse(Text(node, name), CultureInfo.InvariantCulture);
}

/// <summary>Riverbend as <c>deploy/eq</c> loaded it: the latest event of each record as tables of one session, and the answer key that lies beside the files.</summary>
public sealed class LoadedRiverbend : IAsyncLifetime
{
    NpgsqlDataSource database = null!;
    NpgsqlConnection connection = null!;

    public JsonNode Key { get; private set; } = null!;

    /// <summary>Name of the table, type of the event, what makes a record one.</summary>
    static readonly (string Table, string Type, string Key)[] Tables =
    [
        ("enrollment", "school-enrollment-derived/1", "d->>'studentKey', d->>'schoolId', d->>'schoolYear'"),
        ("attendance", "attendance-recorded/1", "d->>'studentKey', d->>'schoolId', d->>'date'"),
        ("incident", "discipline-incident-recorded/1", "d->>'schoolId', d->>'incidentId'"),
        ("involvement", "discipline-involvement-recorded/1", "d->>'schoolId', d->>'incidentId', d->>'studentKey', d->>'role'"),
        ("result", "assessment-result-recorded/1", "d->>'studentKey', d->>'assessmentId', d->>'subject'"),
        ("answer", "survey-answer-recorded/1", "d->>'surveyId', d->>'responseId', d->>'questionCode'"),
        ("program", "student-program-recorded/2", "d->>'studentKey', d->>'program', d->>'beginDate'"),
        ("demographics", "student-demographics-recorded/1", "d->>'studentKey'"),
        ("class", "class-recorded/1", "d->>'classId'"),
        ("seat", "section-enrollment-recorded/1", "d->>'personKey', d->>'classId'"),
        ("participation", "intervention-participation-recorded/1", "d->>'studentKey', d->>'interventionId', d->>'date'"),
        ("post", "staff-assignment-recorded/1", "d->>'staffKey', d->>'orgId', d->>'role', d->>'beginDate'"),
    ];

    public async Task InitializeAsync()
    {
        Key = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(RunningSystem.Data, "samples/riverbend/riverbend-answer-key.json"))) ?? throw new InvalidOperationException("The answer key is empty.");
        var settings = (await File.ReadAllLinesAsync(Path.Combine(RunningSystem.Data, "settings.env"))).Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1]);
        database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder { Host = "127.0.0.1", Port = int.Parse(settings["port_postgres"], CultureInfo.InvariantCulture), Database = "equity", Username = "postgres", Password = settings["postgres_password"], CommandTimeout = 300 });
        connection = await database.OpenConnectionAsync();
        foreach (var (table, type, key) in Tables)
            await RunAsync($"""
                create temporary table {table} as select distinct on ({key}) data d from (select data, data d, seq_id from ingestion.mt_events where tenant_id = 'riverbend' and type = '{type}') e
                order by {key}, seq_id desc
                """);
        await RunAsync("""
            create temporary table first_attendance as select distinct on (d->>'studentKey', d->>'schoolId', d->>'date') data d
            from (select data, data d, seq_id from ingestion.mt_events where tenant_id = 'riverbend' and type = 'attendance-recorded/1') e order by d->>'studentKey', d->>'schoolId', d->>'date', seq_id
            """);
        await RunAsync("delete from enrollment where (d->>'withdrawn')::boolean");
    }

    async Task RunAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Rows of whole numbers.</summary>
    public async Task<List<long[]>> RowsAsync(string sql, params object[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
            command.Parameters.Add(new() { Value = parameter });
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<long[]>();
        while (await reader.ReadAsync())
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => Convert.ToInt64(reader.GetValue(i), CultureInfo.InvariantCulture))]);
        return rows;
    }

    public async Task DisposeAsync()
    {
        await connection.DisposeAsync();
        await database.DisposeAsync();
    }
}
