using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.Ingestion.Mappings;
using EquityPlatform.Testing;

namespace EquityPlatform.Ingestion.Tests;

/// <summary>What a data steward does with a file of another system: look at it, save how it is read, send it; then erase a student whose number led to it.</summary>
public sealed class MappingHttpTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    const string Scores = "Student ID,Test Day,Score,Level\n77001,1/14/2025,415L,Met\n77002,1/14/2025,*,\n77009,1/14/2025,400,Met\n";

    static readonly FileMapping Mapping = new("vendor", "Vendor scores", ["vendor*.csv"], new(), [],
    [
        new("assessments.csv", "state", new Dictionary<string, ColumnMapping>
        {
            ["userSourcedId"] = new("Student ID"), ["assessmentId"] = new(Constant: "vendor-ela"), ["date"] = new("Test Day", Dates: "M/d/yyyy"), ["result"] = new("Score"), ["performanceLevel"] = new("Level"),
        }),
    ]);

    static byte[] Roster => TestData.BadInput("00-valid-baseline").With("users.csv", "user1,,Given1", "user1,\"{state:77001},{district:9}\",Given1").With("users.csv", "user2,,Given2", "user2,{state:77002},Given2");

    [Fact]
    public async Task A_plain_file_is_looked_at_mapped_and_read_by_the_students_numbers()
    {
        await using var service = await IngestionHost.StartAsync(await postgres.CreateDatabaseAsync());
        var client = service.Client();
        (await client.FeedAsync(Roster.AsBody(), "?source=sis")).State.ShouldBe("applied");

        var look = (await (await client.PostAsync($"{IngestionHost.Root}/mappings/look?name=vendor.csv", new ByteArrayContent(Encoding.UTF8.GetBytes(Scores)))).Content.ReadFromJsonAsync<FileLook>(IngestionHost.Web))!;
        (look.Encoding, look.Delimiter).ShouldBe(("UTF-8", ","));
        look.Columns.ShouldBe(["Student ID", "Test Day", "Score", "Level"]);
        look.Rows[1].ShouldBe(["77002", "1/14/2025", "*", null]);

        // Tried: what would come of it, and nothing is there afterwards
        var head = await service.Log.HeadAsync(IngestionHost.Tenant, default);
        using var form = new MultipartFormDataContent { { new StringContent(JsonSerializer.Serialize(Mapping, IngestionHost.Web)), "mapping" }, { new ByteArrayContent(Encoding.UTF8.GetBytes(Scores)), "file", "vendor.csv" } };
        var tried = (await (await client.PostAsync($"{IngestionHost.Root}/sources/sis/mappings/try", form)).Content.ReadFromJsonAsync<MappingTry>(IngestionHost.Web))!;
        tried.Files.ShouldHaveSingleItem().Counts.ShouldSatisfyAllConditions(c => c.Read.ShouldBe(3), c => c.Accepted.ShouldBe(2), c => c.Quarantined.ShouldBe(1));
        tried.Issues.ShouldContain(i => i.Code == "identifier.unknown" && i.Row == 4);
        (await service.Log.HeadAsync(IngestionHost.Tenant, default)).ShouldBe(head);

        // Nothing is read before somebody said how
        await (await Send(client)).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "feed.part-unknown");
        var saved = await client.PutAsJsonAsync($"{IngestionHost.Root}/sources/sis/mappings/vendor", Mapping, IngestionHost.Web);
        (await saved.Content.ReadFromJsonAsync<SavedMapping>(IngestionHost.Web))!.Version.ShouldBe(1);
        (await client.PutAsJsonAsync($"{IngestionHost.Root}/sources/sis/mappings/vendor", Mapping, IngestionHost.Web)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.GetFromJsonAsync<List<SavedMapping>>($"{IngestionHost.Root}/sources/sis/mappings", IngestionHost.Web))!.ShouldHaveSingleItem().Version.ShouldBe(1);

        var feed = await client.FeedAsync(Body(), "?source=sis");
        feed.State.ShouldBe("applied");
        feed.Files.ShouldHaveSingleItem().ShouldSatisfyAllConditions(f => f.File.ShouldBe("vendor.csv (assessments.csv)"), f => f.Counts.Accepted.ShouldBe(2), f => f.Counts.Quarantined.ShouldBe(1));
        var issues = (await client.GetFromJsonAsync<FeedIssuePage>($"{IngestionHost.Root}/feeds/{feed.FeedId}/issues", IngestionHost.Web))!.Items;
        issues.Where(i => i.Severity != "warning").Select(i => (i.File, i.Row, i.Code)).ShouldBe([("vendor.csv", 4, "identifier.unknown")]);

        var student = await (await client.PostAsJsonAsync($"{IngestionHost.Root}/students/lookup", new LookupStudent("u001", "sis", "Test"), IngestionHost.Web)).Content.ReadFromJsonAsync<StudentFound>(IngestionHost.Web);
        var history = await client.GetStringAsync($"{IngestionHost.Root}/students/{student!.StudentKey}/events?purpose=test");
        history.ShouldContain("assessment-result-recorded/1");
        history.ShouldContain("415L");
        (await client.GetFromJsonAsync<StudentIdentity>($"{IngestionHost.Root}/students/{student.StudentKey}?purpose=test", IngestionHost.Web))!.Numbers!
            .ShouldBe(new Dictionary<string, string> { ["district"] = "9", ["state"] = "77001" }, ignoreOrder: true);

        // The same file again is the same feed; under another mapping it is another
        (await client.FeedAsync(Body(), "?source=sis")).Repeated.ShouldBeTrue();
        await client.PutAsJsonAsync($"{IngestionHost.Root}/sources/sis/mappings/vendor", Mapping with { Nulls = ["*"] }, IngestionHost.Web);
        var again = await client.FeedAsync(Body(), "?source=sis");
        again.Repeated.ShouldBeFalse();
        again.Files.Single().Counts.Quarantined.ShouldBe(2);
    }

    [Fact]
    public void A_file_without_separators_is_shown_by_lines_and_no_social_security_number_is()
    {
        var look = LookAtFile.Of("staar.txt", "0417JONES 900-12-3456 09\r\n\n0418SMITH, A. 10\n"u8.ToArray(), cut: false, lines: true)!;
        look.Columns.ShouldBeEmpty();
        look.Rows.Select(r => r[0]).ShouldBe(["0417JONES ###-##-#### 09", "0418SMITH, A. 10"]);
        // Where the first row holds data, it may hold one, too
        LookAtFile.Of("plain.csv", "900-12-3456,a\n"u8.ToArray(), cut: false)!.Columns.ShouldBe(["(not shown)", "a"]);
    }

    [Fact]
    public async Task A_mapping_that_cannot_be_meant_is_refused_with_a_code()
    {
        await using var service = await IngestionHost.StartAsync(await postgres.CreateDatabaseAsync());
        var client = service.Client();
        Task<HttpResponseMessage> Save(FileMapping mapping) => client.PutAsJsonAsync($"{IngestionHost.Root}/sources/sis/mappings/{mapping.Name}", mapping, IngestionHost.Web);
        TableMapping table = Mapping.Tables[0];
        await (await Save(Mapping with { Tables = [table with { Table = "secrets.csv" }] })).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "mapping.table");
        await (await Save(Mapping with { Tables = [table with { Identifier = "ssn" }] })).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "mapping.identifier");
        await (await Save(Mapping with { Tables = [table with { Columns = table.Columns.Where(c => c.Key != "date").ToDictionary() }] })).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "mapping.column-missing");
        await (await Save(Mapping with { Tables = [table with { Columns = new Dictionary<string, ColumnMapping>(table.Columns) { ["date"] = new("Test Day", Dates: "guess") } }] })).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "mapping.dates");
        await (await Save(Mapping with { Tables = [table with { Columns = new Dictionary<string, ColumnMapping>(table.Columns) { ["userSourcedId"] = new("SSN") } }] })).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "mapping.ssn");
        (await service.Client(Roles.DistrictLeader).PutAsJsonAsync($"{IngestionHost.Root}/sources/sis/mappings/vendor", Mapping, IngestionHost.Web)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Templates_are_the_headers_that_are_read()
    {
        await using var service = await IngestionHost.StartAsync(await postgres.CreateDatabaseAsync());
        var client = service.Client();
        (await client.GetStringAsync($"{IngestionHost.Root}/templates/disciplineActions.csv")).ShouldStartWith("actionId,userSourcedId,date,kind,days,incidentIds");
        (await client.GetFromJsonAsync<List<FileTemplate>>($"{IngestionHost.Root}/templates", IngestionHost.Web))!.Select(t => t.File).ShouldContain("surveyResponses.csv");
        await (await client.GetAsync($"{IngestionHost.Root}/templates/passwords.csv")).ShouldBeProblem(HttpStatusCode.NotFound, "template.unknown");
    }

    static MultipartFormDataContent Body() => new() { { new ByteArrayContent(Encoding.UTF8.GetBytes(Scores)), "file", "vendor.csv" } };

    static Task<HttpResponseMessage> Send(HttpClient client) => client.PostAsync($"{IngestionHost.Root}/feeds?source=sis", Body());
}
