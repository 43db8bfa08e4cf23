using System.Net.Http.Json;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Bus;
using EquityPlatform.Contracts.Indicators;
using EquityPlatform.EventSourcing;
using EquityPlatform.Indicators.Definitions;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace EquityPlatform.Indicators.Tests.Service;

public sealed class ValuesTests(IndicatorsHost host) : IClassFixture<IndicatorsHost>
{
    static string Tenant() => $"t-{Guid.NewGuid():N}";

    Task<IndicatorValues?> ValuesAsync(string tenant, string indicator, string query = "") =>
        host.Client(Roles.EquityAnalyst, tenant).GetFromJsonAsync<IndicatorValues>($"values?indicator={indicator}&schoolYear=2026{query}");

    static (string State, long? Numerator, long? Denominator) Cell(IndicatorValues? values, string school, string dimension, string group)
    {
        var cell = values!.Cells.Single(c => (c.School, c.Dimension, c.Group) == (school, dimension, group));
        return (cell.State, cell.Numerator, cell.Denominator);
    }

    [Fact]
    public async Task Published_events_become_numbers_with_the_position_they_stand_for()
    {
        var (tenant, feed) = (Tenant(), TestFeed.Small());
        await host.ApplyAsync(tenant, feed.Events);

        var chronic = await ValuesAsync(tenant, "chronic-absence");
        // a0 and a2 missed 2 of 20; the mover 3 of 10 in A, 0 of 10 in B, 3 of 20 in the district
        Cell(chronic, "A", "all", "all").ShouldBe((ValueState.Value, 3, 11));
        Cell(chronic, "A", "englishLearner", "yes").ShouldBe((ValueState.Value, 3, 6));
        Cell(chronic, "A", "englishLearner", "no").ShouldBe((ValueState.Zero, 0, 5));
        Cell(chronic, "B", "all", "all").ShouldBe((ValueState.Zero, 0, 6));
        Cell(chronic, "district", "all", "all").ShouldBe((ValueState.Value, 3, 16));
        Cell(chronic, "B", "disability", "yes").ShouldBe((ValueState.Missing, null, null));
        chronic!.Positions["ingestion"].ShouldBe(feed.Position);
        chronic.Positions["indicators"].ShouldBeGreaterThan(0);
        chronic.Derived.ShouldBe(["schoolEnrollment", "attendanceCoverage"]);
        chronic.DataAsOf.ShouldNotBeNull();

        // 16 students x 20 days; missed: 4 (a0, a2) + 3 (a1, a3, a4) + 5 (b) + 3 (mover)
        Cell(await ValuesAsync(tenant, "average-daily-attendance"), "district", "all", "all").ShouldBe((ValueState.Value, (320 - 15) * 10_000L, 3_200_000L));
        var enrolment = await ValuesAsync(tenant, "enrollment");
        Cell(enrolment, "district", "all", "all").ShouldBe((ValueState.Value, 16, 16));
        Cell(enrolment, "A", "englishLearner", "yes").ShouldBe((ValueState.Value, 6, 11));
        enrolment!.Derived.ShouldBe(["schoolEnrollment"]);
    }

    [Fact]
    public async Task The_same_events_twice_change_neither_a_row_nor_a_number()
    {
        var (tenant, feed) = (Tenant(), TestFeed.Small());
        await host.ApplyAsync(tenant, feed.Events);
        var (rows, values) = (await RowsAsync(tenant), await ValuesAsync(tenant, "chronic-absence"));

        await host.ApplyAsync(tenant, feed.Events);
        await host.ApplyAsync(tenant, [.. feed.Events.Take(60)]); // an old batch once more

        (await RowsAsync(tenant)).ShouldBe(rows);
        (await ValuesAsync(tenant, "chronic-absence"))!.Cells.ShouldBe(values!.Cells);
    }

    [Fact]
    public async Task However_the_batches_are_cut_the_rows_and_the_numbers_are_the_same()
    {
        var feed = TestFeed.Small();
        var (whole, ones, sevens) = (Tenant(), Tenant(), Tenant());
        await host.ApplyAsync(whole, feed.Events);
        foreach (var batch in feed.Events.Chunk(1))
            await host.ApplyAsync(ones, batch);
        foreach (var batch in feed.Events.Chunk(7))
        {
            await host.ApplyAsync(sevens, batch);
            // Asking between batches must not leave an old cube behind
            using var answer = await host.Client(Roles.EquityAnalyst, sevens).GetAsync(new Uri("values?indicator=chronic-absence&schoolYear=2026", UriKind.Relative));
        }
        foreach (var indicator in new[] { "enrollment", "average-daily-attendance", "chronic-absence" })
        {
            var expected = (await ValuesAsync(whole, indicator))!;
            foreach (var tenant in new[] { ones, sevens })
            {
                (await ValuesAsync(tenant, indicator))!.Cells.ShouldBe(expected.Cells);
                (await RowsAsync(tenant)).ShouldBe(await RowsAsync(whole));
            }
        }
    }

    [Fact]
    public async Task A_correction_shows_in_the_next_answer()
    {
        var (tenant, feed) = (Tenant(), TestFeed.Small());
        await host.ApplyAsync(tenant, feed.Events);
        Cell(await ValuesAsync(tenant, "chronic-absence"), "A", "all", "all").Numerator.ShouldBe(3);
        var before = feed.Events.Count;

        feed.Absences("a0", "A", [3], portion: 0);
        await host.ApplyAsync(tenant, [.. feed.Events.Skip(before)]);

        var after = await ValuesAsync(tenant, "chronic-absence");
        Cell(after, "A", "all", "all").Numerator.ShouldBe(2);
        after!.Positions["ingestion"].ShouldBe(feed.Position);
    }

    [Fact]
    public async Task A_half_day_of_the_calendar_counts_half_in_attendance_and_can_be_corrected()
    {
        var (tenant, feed) = (Tenant(), TestFeed.Small());
        await host.ApplyAsync(tenant, feed.Events);
        var before = feed.Events.Count;

        // Day 19 of school B is a half day: five of B and the mover are there, nobody missed it
        feed.CalendarDay("B", 19, weight: 5_000);
        await host.ApplyAsync(tenant, [.. feed.Events.Skip(before)]);

        Cell(await ValuesAsync(tenant, "average-daily-attendance"), "district", "all", "all").ShouldBe((ValueState.Value, (320 - 15) * 10_000L - 30_000, 3_200_000L - 30_000));
        Cell(await ValuesAsync(tenant, "chronic-absence"), "district", "all", "all").ShouldBe((ValueState.Value, 3, 16));
    }

    [Fact]
    public async Task Gaps_compare_a_group_with_the_stated_reference()
    {
        var tenant = Tenant();
        await host.ApplyAsync(tenant, TestFeed.Small().Events);
        var gaps = await host.Client(Roles.DistrictLeader, tenant).GetFromJsonAsync<GapAnalysis>("gaps?indicator=chronic-absence&schoolYear=2026&dimension=englishLearner&school=A&reference=no");
        gaps!.Reference!.Denominator.ShouldBe(5);
        var gap = gaps.Gaps.Single(g => g.Cell.Group == "yes");
        (gap.Difference, gap.RiskRatio, gap.TooFewToTell).ShouldBe((0.5, null, true));
    }

    [Fact]
    public async Task Schools_school_years_and_definitions_can_be_listed()
    {
        var tenant = Tenant();
        await host.ApplyAsync(tenant, TestFeed.Small().Events);
        var client = host.Client(Roles.Educator, tenant, "A");
        (await client.GetFromJsonAsync<SchoolSummary[]>("schools")).ShouldBe([new("A", "School A"), new("B", "School B")]);
        (await client.GetFromJsonAsync<SchoolYearSummary[]>("school-years")).ShouldBe([new(2026, new(2025, 9, 1), new(2026, 6, 1), HasAttendance: true)]);
        var definitions = await client.GetFromJsonAsync<IndicatorDefinition[]>("indicators");
        definitions!.Select(d => d.Code).ShouldBe(["enrollment", "average-daily-attendance", "chronic-absence"]);
        definitions![2].Parameters["thresholdPercent"].ShouldBe("10");
        definitions.ShouldAllBe(d => d.Version == (d.Code == "average-daily-attendance" ? 2 : 1) && d.Source.Length > 20);
    }

    [Fact]
    public async Task Definitions_are_in_the_districts_log_once()
    {
        var tenant = Tenant();
        await host.ApplyAsync(tenant, TestFeed.Small().Events);
        var first = (await ValuesAsync(tenant, "enrollment"))!.Positions["indicators"];
        (await ValuesAsync(tenant, "chronic-absence"))!.Positions["indicators"].ShouldBe(first);
        // Another start of the service
        (await new DefinitionLog(host.Services.GetRequiredService<EventLog>()).PositionAsync(tenant, CancellationToken.None)).ShouldBe(first);
        await using var command = host.Database.CreateCommand("select count(*) from indicators.mt_events where tenant_id = $1 and type = 'indicator-defined/1'");
        command.Parameters.AddWithValue(tenant);
        (await command.ExecuteScalarAsync()).ShouldBe(3L);
    }

    [Fact]
    public async Task The_services_role_sees_no_row_of_a_tenant_it_does_not_name()
    {
        var tenant = Tenant();
        await host.ApplyAsync(tenant, TestFeed.Small().Events);
        await using var command = host.AsService.CreateCommand("select count(*) from attendance");
        (await command.ExecuteScalarAsync()).ShouldBe(0L);
        await using var insert = host.AsService.CreateCommand("insert into feeds (tenant_id, feed_id, applied_at, seq) values ('x', gen_random_uuid(), now(), 1)");
        (await Should.ThrowAsync<PostgresException>(() => insert.ExecuteNonQueryAsync())).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    /// <summary>Every fact row of a tenant as text, without the tenant.</summary>
    async Task<string> RowsAsync(string tenant)
    {
        string[] tables = ["organizations", "sessions", "calendar_days", "coverage_declarations", "demographics", "programs", "enrollments", "attendance", "feeds", "year_stamps"];
        List<string> rows = [];
        foreach (var table in tables)
        {
            await using var command = host.Database.CreateCommand($"select string_agg(line, E'\n' order by line) from (select (to_jsonb(t) - 'tenant_id')::text as line from indicators.{table} t where tenant_id = $1) x");
            command.Parameters.AddWithValue(tenant);
            rows.Add($"{table}: {await command.ExecuteScalarAsync()}");
        }
        return string.Join('\n', rows);
    }
}
