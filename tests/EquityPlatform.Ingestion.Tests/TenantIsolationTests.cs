using EquityPlatform.Testing;
using EquityPlatform.Testing.Tenancy;
using Npgsql;

namespace EquityPlatform.Ingestion.Tests;

public sealed class TenantIsolationTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    [Fact]
    public async Task Tables_and_routes_show_a_district_to_itself_only()
    {
        await using var service = await IngestionHost.StartAsync(postgres.ConnectionString);
        var feed = await service.Client().FeedAsync(TestData.BadInput("08-ragged-rows").AsBody());
        await service.Client(tenant: "elsewhere-too").FeedAsync(TestData.BadInput("08-ragged-rows").AsBody());
        await RowSecurity.ShouldCoverAsync(postgres, "ingestion", new Dictionary<string, string>
        {
            ["feed_queue"] = "which feeds wait, for the worker of all districts; names no person",
            ["set_aside_key"] = "how old set-aside rows are, for the sweep in all districts; holds wrapped keys and no rows",
            ["feed_upload"] = "when an upload came, for the sweep of old ones in all districts; holds no bytes",
            ["edfi_due"] = "which Ed-Fi sources are due, for the worker of all districts; names the account that asked and no person",
            ["received_due"] = "which sources are counted again, for the worker of all districts; names no person",
            ["erasure_queue"] = "which erasures are not completed, for the worker of all districts; names no person",
        });
        var seen = await RowSecurity.ShouldHideAsync(postgres.Logins, "ingestion", Random.Shared.Next());
        foreach (var table in (string[])["mt_events", "mt_streams", "feed", "feed_issue", "person", "record"])
            seen.ShouldContain(table);
        await RolePrivileges.WriterShouldOnlyAppendAsync(postgres.Logins, "ingestion");
        await RolePrivileges.ServiceShouldOnlyReadTheLogAsync(postgres.Logins, "ingestion");

        StudentExits.ShouldAllBeRecorded(service.App.Services, new Dictionary<string, string>
        {
            ["/students/{key}/erasure"] = "says of a key that the caller knows how far its erasure is",
            ["/templates/{file}"] = "names of columns, no data",
            ["/quality/findings.csv"] = "counts by file, code and school",
            ["/quality/completeness.csv"] = "counts by school and week",
            ["DELETE /api/ingestion/v1/uploads/{id:guid}"] = "answers nothing",
            ["/feeds/{id:guid}/progress"] = "the same as the feed, again and again",
        }).Count.ShouldBe(9);
        await using var look = postgres.Database.CreateCommand($"select substr(stream_id, 9) from ingestion.mt_events where tenant_id = '{IngestionHost.Tenant}' and stream_id like 'student-%' limit 1");
        var student = (string)(await look.ExecuteScalarAsync())!;
        var eyes = new ForeignEyes(service.App.Services, (role, tenant) => service.Client(role, tenant),
            new Dictionary<string, string> { ["id"] = $"{feed.FeedId}", ["key"] = student, ["/streams/#id"] = $"student-{student}" }, "purpose=test&after=0");
        await eyes.ShouldSeeNothingAsync(IngestionHost.Tenant, [$"\"feedId\":\"{feed.FeedId}\"", feed.Sha256, $"\"feed\":\"{feed.FeedId}\"", $"\"studentKey\":\"{student}\"", "ragged"], atLeastRoutes: 6);
    }
}
