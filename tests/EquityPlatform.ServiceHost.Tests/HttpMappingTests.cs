using System.Text.Json;
using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace EquityPlatform.ServiceHost.Tests;

public sealed class HttpMappingTests
{
    static readonly Caller Principal = new("grand-bend", "demo:principal", "Principal", new HashSet<string>(["principal"]), new HashSet<string>());

    [Theory]
    [InlineData(RefusalKind.Invalid, 422)]
    [InlineData(RefusalKind.Absent, 404)]
    [InlineData(RefusalKind.Conflict, 409)]
    [InlineData(RefusalKind.Forbidden, 403)]
    [InlineData(RefusalKind.Stale, 412)]
    public async Task A_refusal_is_a_problem_with_its_code(RefusalKind kind, int status)
    {
        var context = Context();
        await new Handled.Refused(new(kind, "goal.target-missing", "State the target.")).ToHttp(_ => throw new InvalidOperationException("not accepted")).ExecuteAsync(context);
        context.Response.StatusCode.ShouldBe(status);
        context.Response.ContentType.ShouldBe("application/problem+json");
        context.Response.Headers.ETag.ShouldBeEmpty();
        context.Response.Body.Position = 0;
        var problem = await JsonSerializer.DeserializeAsync<JsonElement>(context.Response.Body);
        problem.GetProperty("type").GetString().ShouldBe("urn:equity:goal.target-missing");
        problem.GetProperty("code").GetString().ShouldBe("goal.target-missing");
        problem.GetProperty("detail").GetString().ShouldBe("State the target.");
        problem.GetProperty("status").GetInt32().ShouldBe(status);
    }

    [Fact]
    public void Every_kind_of_refusal_has_a_status() =>
        Enum.GetValues<RefusalKind>().Select(HttpMapping.StatusOf).ShouldAllBe(status => status >= 400 && status < 500);

    [Fact]
    public async Task An_accepted_command_answers_with_revision_and_position()
    {
        var context = Context();
        await new Handled.Done(3, 41, Changed: true).ToHttp(done => TypedResults.Created($"/goals/1?r={done.Revision}")).ExecuteAsync(context);
        context.Response.StatusCode.ShouldBe(201);
        context.Response.Headers.ETag.ShouldBe(["\"3\""]);
        context.Response.Headers["Event-Position"].ShouldBe(["mapped=41"]);
        context.Response.Headers.Location.ShouldBe(["/goals/1?r=3"]);
    }

    [Theory]
    [InlineData("\"3\"", 3L)]
    [InlineData("\"0\"", 0L)]
    [InlineData(null, null)]
    public void If_Match_is_a_revision(string? header, long? revision) => Request(header).ExpectedRevision().ShouldBe(revision);

    [Theory]
    [InlineData("3")]
    [InlineData("\"\"")]
    [InlineData("\"-1\"")]
    [InlineData("\"x\"")]
    [InlineData("W/\"3\"")]
    [InlineData("*")]
    [InlineData("\"3\", \"4\"")]
    [InlineData("\"99999999999999999999\"")]
    public void Another_If_Match_is_refused(string header)
    {
        var refused = Should.Throw<ProblemException>(() => Request(header).ExpectedRevision());
        (refused.Status, refused.Code).ShouldBe((400, "precondition.malformed"));
    }

    [Fact]
    public void A_missing_If_Match_is_428_where_it_is_required()
    {
        var refused = Should.Throw<ProblemException>(() => Request(null).RequiredRevision());
        (refused.Status, refused.Code).ShouldBe((428, "precondition.required"));
    }

    [Fact]
    public void A_command_says_who_and_takes_its_id_from_the_header()
    {
        var context = Context();
        var id = Guid.NewGuid();
        context.Request.Headers["Idempotency-Key"] = $"\"{id}\"";
        var command = context.Command(Principal, "the reason");
        (command.Tenant, command.User, command.CommandId, command.Reason).ShouldBe(("grand-bend", "demo:principal", id, "the reason"));
        command.CorrelationId.ShouldNotBeNullOrEmpty();

        context.Request.Headers["Idempotency-Key"] = "often";
        Should.Throw<ProblemException>(() => context.Command(Principal)).Code.ShouldBe("idempotency-key.malformed");
        context.Request.Headers.Remove("Idempotency-Key");
        context.Command(Principal).CommandId.ShouldBeNull();
    }

    static HttpRequest Request(string? ifMatch)
    {
        var context = new DefaultHttpContext();
        if (ifMatch is not null)
            context.Request.Headers.IfMatch = ifMatch;
        return context.Request;
    }

    static DefaultHttpContext Context() => new()
    {
        RequestServices = new ServiceCollection().AddLogging().AddProblemDetails().AddSingleton(TestService.Define("mapped")).BuildServiceProvider(),
        Response = { Body = new MemoryStream() },
    };
}
