using System.Text.Json;
using EquityPlatform.Contracts.Bus;
using EquityPlatform.Contracts.Privacy;
using EquityPlatform.EventSourcing;
using EquityPlatform.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace EquityPlatform.Indicators.Tests.Service;

public sealed class ErasureTests(IndicatorsHost host) : IClassFixture<IndicatorsHost>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_erased_student_leaves_facts_and_numbers_and_the_service_says_so_once(bool rebuilt)
    {
        var tenant = $"erasure-{rebuilt}";
        var feed = TestFeed.Small();
        await host.ApplyAsync(tenant, feed.Events);
        var student = feed.Events.First(e => e.Type == "school-enrollment-recorded/1").Data.GetProperty("studentKey").GetString()!;
        var before = await StudentsAsync(tenant);
        (await HeldAsync(tenant, student)).ShouldBeGreaterThan(3);

        var (erasure, cause) = (Guid.NewGuid(), Guid.NewGuid());
        PublishedEvent asked = new(feed.Position + 1, cause, StudentErasureRequested.Type, $"erasure-{student}", feed.Events[^1].RecordedAt,
            JsonSerializer.SerializeToElement(new StudentErasureRequested(erasure, student), EventTypes.Json), null);
        await host.ApplyAsync(tenant, [asked]);
        if (rebuilt)
        {
            // From empty tables, all in one batch
            await using var empty = host.Database.CreateCommand("truncate indicators.demographics, indicators.programs, indicators.enrollments, indicators.attendance, indicators.year_stamps");
            await empty.ExecuteNonQueryAsync();
            await host.ApplyAsync(tenant, [.. feed.Events, asked]);
        }

        (await HeldAsync(tenant, student)).ShouldBe(0);
        (await StudentsAsync(tenant)).ShouldBe(before - 1);
        var log = host.Services.GetRequiredService<EventLog>();
        var said = new List<RecordedEvent>();
        await Eventually.Async(async () =>
        {
            await using var due = host.Database.CreateCommand("select count(*) from indicators.erasure_due");
            return await due.ExecuteScalarAsync() is 0L;
        });
        await foreach (var e in log.ReadStreamAsync(tenant, $"erasure-{student}", 1, null, default))
            said.Add(e);
        said.ShouldHaveSingleItem().Type.ShouldBe(StudentErasureAcknowledged.Type);
        JsonDocument.Parse(said[0].Json).RootElement.GetProperty("cleared").GetInt32().ShouldBeGreaterThan(3);
    }

    /// <summary>Rows about the student in every table that could hold any: a new table with such a column must be cleared, too.</summary>
    async Task<long> HeldAsync(string tenant, string student)
    {
        var tables = await ErasureOfStudents.TablesAsync(host.Database, "indicators");
        tables.ShouldContain("attendance");
        await using var count = host.Database.CreateCommand("select " + string.Join(" + ", tables.Select(table => $"(select count(*) from indicators.{table} where tenant_id = $1 and student_key = $2)")));
        count.Parameters.Add(new() { Value = tenant });
        count.Parameters.Add(new() { Value = student });
        return (long)(await count.ExecuteScalarAsync())!;
    }

    async Task<long> StudentsAsync(string tenant)
    {
        var answer = await host.Client("district-leader", tenant).GetStringAsync($"values?indicator=enrollment&schoolYear=2026&dimension=all&school=district");
        return JsonDocument.Parse(answer).RootElement.GetProperty("cells")[0].GetProperty("denominator").GetInt64();
    }
}
