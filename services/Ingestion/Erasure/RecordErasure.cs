using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;
using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.Ingestion.Students;
using EquityPlatform.ServiceHost;

namespace EquityPlatform.Ingestion.Erasure;

/// <summary>A student's erasure as far as the decision goes: not asked for, or asked for once and for all.</summary>
internal sealed record ErasureDecision(ErasureRecorded? Recorded)
{
    /// <summary>One stream a student: there is one erasure at most.</summary>
    public static readonly AggregateType<ErasureDecision, object> Type = new("erasure", new(Recorded: null), Evolve);

    public static ErasureDecision Evolve(ErasureDecision state, object happened) => happened is ErasureRecorded recorded ? new(recorded) : state;
}

/// <summary>Records that a student is to be erased, then lets the worker do it.</summary>
internal static class RecordErasure
{
    const int Longest = 500;

    public static void MapErasure(this IEndpointRouteBuilder api)
    {
        api.MapPost("/students/{key}/erasure", RecordAsync).RequireRoles(Roles.PrivacyOfficer).Produces<StudentErasure>(StatusCodes.Status202Accepted)
            .WithSummary("Erases a student for good: names and birth date everywhere, every link to the source, all facts in other services. Repeating it changes nothing.");
        api.MapGet("/students/{key}/erasure", ReadAsync).RequireRoles(Roles.PrivacyOfficer, Roles.Auditor, Roles.DataSteward).Produces<StudentErasure>()
            .WithSummary("How far an erasure is, which services have acknowledged it, and which are missing since when.");
    }

    /// <param name="known">True if the student is there to be erased.</param>
    /// <param name="names">True if authority or reason name the student.</param>
    public static Outcome<object> Decide(ErasureDecision state, string student, EraseStudent ask, bool known, bool names) => state.Recorded switch
    {
        { } was when was == Recorded(student, ask) => Outcome.Nothing<object>(),
        { } was when was.ErasureId == ask.ErasureId => Refusal.Conflict("erasure.id-taken", "An erasure with this id was recorded before, with another authority or reason."),
        { } => Refusal.Conflict("erasure.exists", "This student's erasure was recorded before, under another id."),
        _ when ask.ErasureId == Guid.Empty => Refusal.Invalid("erasure.id-missing", "Give the erasure an id."),
        _ when string.IsNullOrWhiteSpace(ask.Authority) => Refusal.Invalid("erasure.authority-missing", "State by what right the student is erased."),
        _ when string.IsNullOrWhiteSpace(ask.Reason) => Refusal.Invalid("erasure.reason-missing", "State the reason."),
        _ when ask.Authority.Length > Longest || ask.Reason.Length > Longest => Refusal.Invalid("erasure.text-too-long", $"Authority and reason may have {Longest} characters each."),
        _ when !known => Refusal.Absent("student.unknown", "There is no such student."),
        _ when names => Refusal.Invalid("erasure.names-student", "Authority and reason are kept for good: please leave out the student's name, birth date and numbers."),
        _ => Recorded(student, ask),
    };

    static ErasureRecorded Recorded(string student, EraseStudent ask) => new(ask.ErasureId, student, ask.Authority.Trim(), ask.Reason.Trim());

    static async Task<IResult> RecordAsync(string key, EraseStudent ask, Caller caller, Aggregates<ErasureDecision, object> decisions, Pseudonyms pseudonyms, StudentIdentities identities,
        [FromKeyedServices(ErasureRows.ConsumerName)] SubscriptionRunner rows, ErasureRows erasures, FeedSignal signal, HttpContext context)
    {
        var cancellation = context.RequestAborted;
        if (!Guid.TryParse(key, out var student))
            return Unknown();
        var pseudonym = student.ToString("N");
        var known = await pseudonyms.IsStudentAsync(caller.Tenant, student, cancellation);
        var names = known && await identities.AreNamedInAsync(caller.Tenant, pseudonym, [ask.Authority, ask.Reason], cancellation);
        var command = context.Command(caller, ask.Reason?.Trim()) with { CommandId = ask.ErasureId == Guid.Empty ? null : ask.ErasureId };
        var handled = await decisions.HandleAsync(command, pseudonym, null, state => Decide(state, pseudonym, ask, known, names), cancellation);
        if (handled is Handled.Done done)
        {
            await rows.WaitForAsync(caller.Tenant, done.Position, cancellation);
            signal.Wake();
        }
        var erasure = await erasures.FindAsync(caller.Tenant, student, cancellation);
        return handled.ToHttp(_ => TypedResults.Accepted($"/api/ingestion/v1/students/{pseudonym}/erasure", erasure));
    }

    static async Task<IResult> ReadAsync(string key, Caller caller, ErasureRows erasures, CancellationToken cancellation) =>
        Guid.TryParse(key, out var student) && await erasures.FindAsync(caller.Tenant, student, cancellation) is { } erasure ? TypedResults.Ok(erasure) : Unknown();

    static IResult Unknown() => Problems.Result(StatusCodes.Status404NotFound, "erasure.unknown", "There is no erasure of such a student.");
}
