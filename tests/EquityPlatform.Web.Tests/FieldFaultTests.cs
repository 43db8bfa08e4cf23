using System.Net;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Ingestion;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace EquityPlatform.Web.Tests;

/// <summary>What is refused about a form stands at the top, linked to its field, and at the field, where it is read with it.</summary>
public sealed class FieldFaultTests : IClassFixture<StandIn>
{
    private static readonly Guid Id = Guid.NewGuid();
    private readonly StandIn stand;

    public FieldFaultTests(StandIn stand)
    {
        this.stand = stand;
        stand.Forget();
        stand.Says("ingestion/feeds", new FeedPage([], null, null));
    }

    private static string? FieldOf(string code, params (string Name, string Value)[] form) =>
        FieldFault.Of(Language.English, new(422, code, "No."), new FormCollection(form.ToDictionary(f => f.Name, f => new StringValues(f.Value))))!.Field;

    [Theory]
    [InlineData("goal.title-missing", "title")]
    [InlineData("goal.title-personal-data", "title")]
    [InlineData("goal.target-not-better", "target")]
    [InlineData("goal.due-too-far", "due")]
    [InlineData("goal.baseline-no-value", null)]
    [InlineData("plan.success-rule-missing", "success")]
    [InlineData("plan.dose-unit-unknown", "unit")]
    [InlineData("plan.dose-out-of-range", "amount")]
    [InlineData("decision.review-not-wanted", "nextReview")]
    [InlineData("hold.reason-too-long", "reason")]
    [InlineData("feed.part-repeated", "side")]
    [InlineData("edfi.key-id", "key")]
    [InlineData("stream.stale", null)]
    public void The_code_of_a_refusal_tells_the_field(string code, string? field) => FieldOf(code).ShouldBe(field);

    [Fact]
    public void Of_several_lines_the_one_is_meant_that_lacks_something()
    {
        FieldOf("plan.role-missing", ("role1", "Counselor"), ("task1", "Calls"), ("task2", "Visits")).ShouldBe("role2");
        FieldOf("plan.role-task-missing", ("role1", "Counselor"), ("task1", "Calls"), ("role3", "Coach")).ShouldBe("task3");
        FieldOf("plan.milestone-date-missing", ("step1", "Start"), ("date1", "2026-09-01"), ("step4", "End")).ShouldBe("date4");
        FieldOf("mapping.filled", ("t0.c.date.from", "c:Day"), ("t0.c.assessmentId.from", "="), ("t0.c.assessmentId.text", "")).ShouldBe("t0.c.assessmentId.text");
        FieldOf("mapping.when", ("t0.w0.column", "Status"), ("t0.w0.is", "Active"), ("t1.w0.column", "Grade")).ShouldBe("t1.w0.is");
        FieldOf("ssn.value", ("value0", "x"), ("value2", "900-12-3456")).ShouldBe("value2");
    }

    [Fact]
    public async Task A_form_without_its_file_says_so_at_the_field()
    {
        using var steward = await stand.SignedIn(Roles.DataSteward);
        using var form = new MultipartFormDataContent { { new StringContent(await StandIn.TokenOf(steward, "/feeds")), "__RequestVerificationToken" }, { new StringContent("sis"), "source" } };
        using var answer = await steward.PostAsync("/es/feeds", form);
        ShouldStandAt(await answer.Content.ReadAsStringAsync(), "zip", "zip-hint zip-wrong", "Elija al menos un archivo para enviar.", "Por favor revise");
        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task A_decision_without_a_reason_says_so_at_the_field()
    {
        var counts = new RowCounts(10, 8, 0, 2, 0);
        stand.Says($"ingestion/feeds/{Id}", new Feed(Id, "held", 100, "sis", DateTimeOffset.UnixEpoch, "demo:data-steward", null, 100, new string('a', 64), false, null, null, null, counts, [], new([new("file.no-rows", "users.csv has no rows.", new Dictionary<string, string> { ["file"] = "users.csv", ["kind"] = "person" })], [])))
            .Says($"ingestion/feeds/{Id}/issues", new FeedIssuePage([], null, null)).Refuses($"ingestion/feeds/{Id}/release", 422, "hold.reason-missing", "Say why.");
        using var steward = await stand.SignedIn(Roles.DataSteward);
        using var answer = await StandIn.Post(steward, $"/feeds/{Id}", $"/feeds/{Id}/decide", ("decision", "release"), ("reason", " "));
        ShouldStandAt(await answer.Content.ReadAsStringAsync(), "reason", "reason-hint reason-wrong", "Please say why you decide so.", "Please check");
    }

    [Fact]
    public async Task A_correction_of_no_column_says_so_at_the_list()
    {
        stand.Says($"ingestion/feeds/{Id}/rows", async context =>
        {
            if (context.Request.Method == "GET")
                await context.Response.WriteAsJsonAsync(new SetAsideRowList([new("attendance.csv", 7, "open", "date.format", "date")]));
            else
            {
                context.Response.StatusCode = 422;
                await context.Response.WriteAsJsonAsync(new { type = "urn:equity:row.no-correction", code = "row.no-correction", detail = "Give at least one column.", status = 422 }, options: null, "application/problem+json");
            }
        }).Says("ingestion/templates", new[] { new FileTemplate("attendance.csv", [new("date", true, true)]) });
        using var steward = await stand.SignedIn(Roles.DataSteward);
        using var answer = await StandIn.Post(steward, $"/feeds/{Id}/rows/correct?file=attendance.csv&row=7", $"/feeds/{Id}/rows/correct",
            ("correction", $"{Guid.NewGuid()}"), ("file", "attendance.csv"), ("row", "7"), ("column0", ""));
        ShouldStandAt(await answer.Content.ReadAsStringAsync(), "column0", "column0-wrong", "Choose at least one column to correct.", "Please check");
    }

    private static void ShouldStandAt(string html, string field, string described, string sentence, string check)
    {
        html.ShouldContain($"<a href=\"#{field}\">{sentence}</a>");
        html.ShouldContain($"id=\"{field}-wrong\"><strong>{check}:</strong> {sentence}");
        System.Text.RegularExpressions.Regex.Match(html, $"<(input|select|textarea)[^>]* id=\"{field}\"[^>]*>").Value.ShouldSatisfyAllConditions(
            tag => tag.ShouldContain($"aria-describedby=\"{described}\""), tag => tag.ShouldContain("aria-invalid=\"true\""));
        html.Split("aria-invalid").Length.ShouldBe(2, "only that field is wrong");
        SiteTests.ShouldBeSound(html);
    }
}
