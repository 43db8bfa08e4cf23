using System.Globalization;
using EquityPlatform.Contracts;

namespace EquityPlatform.Web;

/// <summary>What changed in a log since a day or a checkpoint. Looking names students by their random keys, so it needs a purpose and is recorded.</summary>
internal static class ChangesPages
{
    public const int PageEvents = 100;

    public static readonly string[] Readers = [Roles.Auditor, Roles.Operator];

    public static void MapChanges(this IEndpointRouteBuilder site)
    {
        site.MapGet("/audit/changes", (Site page, string? service, string? since) => Door(page) ?? page.Show<ChangesPage>(new ChangesModel(Known(service), since ?? "", "", null, null, null)));
        // A post, because looking is an act that is recorded: no link, prefetch or reload may do it by chance
        site.MapPost("/audit/changes", Show);
    }

    private static async Task<IResult> Show(Site page, AuditLogClient logs, IFormCollection form, CancellationToken ct)
    {
        if (Door(page) is { } closed)
            return closed;
        var (service, since, purpose) = (Known(form.Word("service")), form.Word("since"), form.Word("purpose"));
        if (purpose.Length == 0)
            return Again(new Refusal(422, "site.purpose-missing", null));
        // Later pages bring both ends along: what looking itself adds to the log does not move them
        var (first, from, to) = (Place(form, "first"), Place(form, "from"), Place(form, "to"));
        if (first is null || from is null || to is null)
        {
            var start = await Start(since, service, logs, ct);
            var latest = await logs.Checkpoint(service, ct);
            if (start.Value is not { } begin || latest.Value is not { } note || CheckpointView.Read(note) is not { } checkpoint)
                return Again(start.No ?? latest.No ?? new Refusal(0, "site.answer-not-understood", null) { Service = service });
            if (begin.Size > checkpoint.Size)
                return Again(new Refusal(422, "site.since-ahead", null));
            (first, from, to) = (begin.Size, begin.Size, checkpoint.Size);
        }
        var events = from < to ? await logs.Events(service, from.Value, Math.Min(to.Value, from.Value + PageEvents), purpose, ct) : new([], null);
        return events.Value is { } list
            ? page.Show<ChangesPage>(new ChangesModel(service, since, purpose, new(first.Value, from.Value, to.Value), list, null))
            : Again(events.No!);

        IResult Again(Refusal no) => no.Status is 401 or 403 || no.IsDown
            ? page.Refused(no)
            : page.Show<ChangesPage>(new ChangesModel(service, since, purpose, null, null, no), no.Status);
    }

    /// <summary>A day (from its first moment, UTC) or the size of a checkpoint.</summary>
    private static async Task<Answer<LogSize>> Start(string since, string service, AuditLogClient logs, CancellationToken ct) =>
        DateOnly.TryParseExact(since, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? await logs.SizeAt(service, new(day, TimeOnly.MinValue, TimeSpan.Zero), ct)
            : long.TryParse(since, NumberStyles.None, CultureInfo.InvariantCulture, out var size)
                ? new(new(size, default), null)
                : new(null, new Refusal(422, "site.since-unclear", null));

    private static long? Place(IFormCollection form, string name) => long.TryParse(form.Word(name), NumberStyles.None, CultureInfo.InvariantCulture, out var place) ? place : null;

    private static string Known(string? service) => AuditLogClient.Services.Contains(service) ? service! : AuditLogClient.Services[0];

    private static IResult? Door(Site page) => !page.Visitor.IsSignedIn ? ProofsPages.SignInFirst(page)
        : !page.Visitor.Is(Readers) ? page.Refused(new Refusal(StatusCodes.Status403Forbidden, "", null)) : null;
}

/// <summary>The part of the log that is asked about, and where the page begins.</summary>
public sealed record ChangedSpan(long First, long From, long To);

public sealed record ChangesModel(string Service, string Since, string Purpose, ChangedSpan? Span, IReadOnlyList<ChangedEvent>? Events, Refusal? No);
