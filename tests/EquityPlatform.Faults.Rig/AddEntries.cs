using EquityPlatform.Contracts;
using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;
using EquityPlatform.ServiceHost;

namespace EquityPlatform.Faults.Rig;

/// <summary>A command: so many events on a stream, and as many again that are not published if <paramref name="Inside"/>.</summary>
sealed record AddEntries(string Stream, int Number, int Events, bool Inside, string Text);

sealed record EntriesAdded(long FirstPosition, long LastPosition, bool Repeated);

static class AddEntriesEndpoint
{
    public static void MapEntries(this IEndpointRouteBuilder api) => api.MapPost("/entries", AddAsync).RequireRoles(Roles.DataSteward);

    static async Task<IResult> AddAsync(AddEntries ask, Caller caller, EventLog log, HttpContext context)
    {
        var command = context.Command(caller).CommandId ?? throw new ProblemException(StatusCodes.Status400BadRequest, "idempotency-key.missing", "Send an Idempotency-Key.");
        var events = Enumerable.Range(0, ask.Events).SelectMany(index => ask.Inside
            ? new object[] { new EntryAdded(command, index, ask.Number, ask.Text), new EntryNoted(command, index, ask.Number, ask.Text) }
            : [new EntryAdded(command, index, ask.Number, ask.Text)]);
        var append = new Append(caller.Tenant, ask.Stream, "entry", ExpectedVersion.Any,
            [.. events.Select((data, nth) => new NewEvent(EventIds.Derive(command, "entry", nth), data))], new(caller.User), command);
        return await log.AppendAsync(append, CancellationToken.None) switch
        {
            AppendResult.Appended done => TypedResults.Ok(new EntriesAdded(done.FirstPosition, done.LastPosition, false)),
            AppendResult.Repeated done => TypedResults.Ok(new EntriesAdded(done.FirstPosition, done.LastPosition, true)),
            AppendResult.AppendRefused refused => Problems.Result(StatusCodes.Status422UnprocessableEntity, refused.Code, refused.Message),
            var other => Problems.Result(StatusCodes.Status409Conflict, "entry.conflict", other.ToString()),
        };
    }
}
