using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Indicators;
using EquityPlatform.EventSourcing;
using Microsoft.Extensions.DependencyInjection;

namespace EquityPlatform.Indicators.Tests.Service;

public sealed class EvidenceTests(IndicatorsHost host) : IClassFixture<IndicatorsHost>
{
    static FreezeEvidence Ask(string group = "yes") => new(Guid.NewGuid(), "chronic-absence", 2026, "A", "englishLearner", group);

    async Task<(string Tenant, TestFeed Feed)> DistrictAsync()
    {
        var (tenant, feed) = ($"t-{Guid.NewGuid():N}", TestFeed.Small());
        await host.ApplyAsync(tenant, feed.Events);
        return (tenant, feed);
    }

    [Fact]
    public async Task Frozen_evidence_is_answered_with_the_same_bytes_after_the_numbers_changed()
    {
        var (tenant, feed) = await DistrictAsync();
        var (client, ask) = (host.Client(Roles.Principal, tenant, "A"), Ask());
        using var created = await client.PostAsJsonAsync("snapshots", ask);
        created.StatusCode.ShouldBe(HttpStatusCode.Created);
        created.Headers.Location!.ToString().ShouldBe($"/api/indicators/v1/snapshots/{ask.SnapshotId:D}");
        var bytes = await created.Content.ReadAsByteArrayAsync();

        var before = feed.Events.Count;
        feed.Absences("a0", "A", [3, 4], portion: 0);
        await host.ApplyAsync(tenant, [.. feed.Events.Skip(before)]);

        using var read = await client.GetAsync(new Uri($"snapshots/{ask.SnapshotId}", UriKind.Relative));
        (await read.Content.ReadAsByteArrayAsync()).ShouldBe(bytes);
        read.Headers.GetValues("Repr-Digest").Single().ShouldBe($"sha-256=:{Convert.ToBase64String(SHA256.HashData(bytes))}:");
        using var again = await client.PostAsJsonAsync("snapshots", ask);
        again.StatusCode.ShouldBe(HttpStatusCode.Created);
        (await again.Content.ReadAsByteArrayAsync()).ShouldBe(bytes);

        var snapshot = await client.GetFromJsonAsync<EvidenceSnapshot>($"snapshots/{ask.SnapshotId}");
        (snapshot!.FrozenBy, snapshot.Positions["ingestion"], snapshot.Definition.Version).ShouldBe(("demo:principal", feed.Events[before - 1].Seq, 1));
        var cell = snapshot.Cells.Single(c => c.Group == "yes");
        (cell.Numerator, cell.Denominator).ShouldBe((3, 6));
        snapshot.Cells.ShouldContain(c => c.Dimension == "all" && c.Denominator == 11);
    }

    [Fact]
    public async Task The_same_id_for_other_evidence_is_a_conflict()
    {
        var (tenant, _) = await DistrictAsync();
        var (client, ask) = (host.Client(Roles.EquityAnalyst, tenant), Ask());
        using var first = await client.PostAsJsonAsync("snapshots", ask);
        using var other = await client.PostAsJsonAsync("snapshots", ask with { Group = "no" });
        (await IndicatorsHost.ProblemAsync(other)).ShouldBe((409, "snapshot.exists"));
    }

    [Fact]
    public async Task Evidence_of_another_school_or_another_district_stays_closed()
    {
        var (tenant, _) = await DistrictAsync();
        var ask = Ask();
        using var created = await host.Client(Roles.EquityAnalyst, tenant).PostAsJsonAsync("snapshots", ask);
        using var otherSchool = await host.Client(Roles.Principal, tenant, "B").GetAsync(new Uri($"snapshots/{ask.SnapshotId}", UriKind.Relative));
        (await IndicatorsHost.ProblemAsync(otherSchool)).ShouldBe((403, "school.forbidden"));
        using var otherDistrict = await host.Client(Roles.DistrictLeader, $"t-{Guid.NewGuid():N}").GetAsync(new Uri($"snapshots/{ask.SnapshotId}", UriKind.Relative));
        (await IndicatorsHost.ProblemAsync(otherDistrict)).ShouldBe((404, "snapshot.unknown"));
    }

    [Fact]
    public async Task What_is_published_about_evidence_holds_no_counts()
    {
        var (tenant, _) = await DistrictAsync();
        using var created = await host.Client(Roles.EquityAnalyst, tenant).PostAsJsonAsync("snapshots", Ask());
        var feed = await host.Client(Roles.Integrator, tenant).GetStringAsync(new Uri("events?after=0", UriKind.Relative));
        feed.ShouldContain("evidence-frozen/1");
        feed.ShouldNotContain("numerator");
        feed.ShouldNotContain("indicator-defined");
    }

    [Fact]
    public async Task A_number_can_be_followed_to_students_and_rows_and_the_exit_is_on_record()
    {
        var (tenant, feed) = await DistrictAsync();
        var client = host.Client(Roles.Auditor, tenant);
        var lineage = await client.GetFromJsonAsync<NumberLineage>("lineage?indicator=chronic-absence&schoolYear=2026&school=A&dimension=englishLearner&group=yes&purpose=audit");

        lineage!.Students.Select(s => s.StudentKey).ShouldBe(["a0", "a2", "a4", "a6", "a8", "mover"]);
        (lineage.Students.Sum(s => s.Numerator), lineage.Students.Sum(s => s.Denominator)).ShouldBe((lineage.Cell.Numerator!.Value, lineage.Cell.Denominator!.Value));
        lineage.Students.Where(s => s.InNumerator).Select(s => s.StudentKey).ShouldBe(["a0", "a2", "mover"]);
        // a0: users row, enrolment row, program row and two absences
        lineage.Students[0].Rows.Select(r => r.File).ShouldBe(["attendance.csv", "attendance.csv", "enrollments.csv", "programs.csv", "users.csv"]);
        lineage.Students[0].Rows.ShouldAllBe(r => r.Feed == TestFeed.Feed && r.Row > 1);
        lineage.Shared!.Select(r => r.File).Distinct().ShouldBe(["academicSessions.csv", "calendar.csv", "declarations.csv"], ignoreOrder: true);
        lineage.Positions["ingestion"].ShouldBe(feed.Position);

        var disclosed = await DisclosuresAsync(tenant);
        disclosed.ShouldHaveSingleItem();
        disclosed[0].ShouldContain("a0");
        disclosed[0].ShouldContain("mover");
        disclosed[0].ShouldContain("audit");
    }

    [Fact]
    public async Task Attendance_lineage_adds_up_to_the_number_in_ten_thousandths()
    {
        var (tenant, _) = await DistrictAsync();
        var lineage = await host.Client(Roles.DataSteward, tenant)
            .GetFromJsonAsync<NumberLineage>("lineage?indicator=average-daily-attendance&schoolYear=2026&school=district&dimension=all&group=all&purpose=check");
        (lineage!.Students.Sum(s => s.Numerator), lineage.Students.Sum(s => s.Denominator)).ShouldBe((3_050_000L, 3_200_000L));
        (lineage.Cell.Numerator, lineage.Cell.Denominator).ShouldBe((3_050_000L, 3_200_000L));
        // Both enrolments of the mover stand behind the pooled number
        lineage.Students.Single(s => s.StudentKey == "mover").Rows.Count(r => r.File == "enrollments.csv").ShouldBe(2);
    }

    [Fact]
    public async Task Without_a_purpose_nothing_leaves_and_nothing_is_recorded()
    {
        var (tenant, _) = await DistrictAsync();
        using var answer = await host.Client(Roles.Auditor, tenant).GetAsync(new Uri("lineage?indicator=enrollment&schoolYear=2026&school=A&dimension=all&group=all", UriKind.Relative));
        (await IndicatorsHost.ProblemAsync(answer)).ShouldBe((422, "purpose.missing"));
        (await DisclosuresAsync(tenant)).ShouldBeEmpty();
    }

    async Task<List<string>> DisclosuresAsync(string tenant)
    {
        List<string> disclosed = [];
        await foreach (var e in host.Services.GetRequiredService<EventLog>().ReadAllAsync(tenant, 0, ["student-data-disclosed/1"], null, CancellationToken.None))
            disclosed.Add(e.Json);
        return disclosed;
    }
}
