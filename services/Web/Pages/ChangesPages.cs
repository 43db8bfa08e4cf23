using System.Globalization;
using EquityPlatform.Contracts;

namespace EquityPlatform.Web;

/// <summary>What changed in one log or in all since a day or a checkpoint. Looking names students by their random keys, so it needs a purpose and is recorded.</summary>
internal static class ChangesPages
{
    public const int PageEvents = 100;

    /// <summary>In place of a service: all logs together, in the order of time.</summary>
    public const string All = "all";

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
        // Later pages bring both ends along: what looking itself adds to the logs does not move them
        string[] services = service == All ? [.. AuditLogClient.Services] : [service];
        var spans = services.Select(one => Given(form, one)).OfType<ChangedSpan>().ToArray();
        if (spans.Length < services.Length)
        {
            var asked = await Task.WhenAll(services.Select(one => Asked(since, one, service == All, logs, ct)));
            if (asked.Select(answer => answer.No).FirstOrDefault(no => no is not null) is { } no)
                return Again(no);
            spans = [.. asked.Select(answer => answer.Value!)];
        }
        var parts = await Task.WhenAll(spans.Where(span => span.From < span.To).Select(span => Part(span, purpose, logs, ct)));
        return parts.Select(part => part.No).FirstOrDefault(no => no is not null) is { } missing
            ? Again(missing)
            // Each part is in the order of time, so what is taken from it is its beginning
            : page.Show<ChangesPage>(new ChangesModel(service, since, purpose, spans, [.. parts.SelectMany(part => part.Value!).OrderBy(change => change.Event.RecordedAt).Take(PageEvents)], null));

        IResult Again(Refusal no) => no.Status is 401 or 403 || no.IsDown
            ? page.Refused(no)
            : page.Show<ChangesPage>(new ChangesModel(service, since, purpose, null, null, no), no.Status);
    }

    private static async Task<Answer<IReadOnlyList<ChangedEvent>>> Part(ChangedSpan span, string purpose, AuditLogClient logs, CancellationToken ct)
    {
        var events = await logs.Events(span.Service, span.From, Math.Min(span.To, span.From + PageEvents), purpose, ct);
        return new(events.Value is { } list ? [.. list.Select(change => change with { Service = span.Service })] : null, events.No);
    }

    private static async Task<Answer<ChangedSpan>> Asked(string since, string service, bool amongAll, AuditLogClient logs, CancellationToken ct)
    {
        if (amongAll && long.TryParse(since, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            return new(null, new Refusal(422, "site.since-one-log", null));
        var (start, latest) = (await Start(since, service, logs, ct), await logs.Checkpoint(service, ct));
        if (amongAll && latest.No is { Code: "audit.not-there" })
            return new(new(service, 0, 0, 0), null); // a log that has signed nothing yet has nothing to show
        if (start.Value is not { } begin || latest.Value is not { } note || CheckpointView.Read(note) is not { } checkpoint)
            return new(null, start.No ?? latest.No ?? new Refusal(0, "site.answer-not-understood", null) { Service = service });
        return begin.Size > checkpoint.Size ? new(null, new Refusal(422, "site.since-ahead", null)) : new(new(service, begin.Size, begin.Size, checkpoint.Size), null);
    }

    private static ChangedSpan? Given(IFormCollection form, string service) =>
        Place(form, $"first.{service}") is { } first && Place(form, $"from.{service}") is { } from && Place(form, $"to.{service}") is { } to ? new(service, first, from, to) : null;

    /// <summary>A day (from its first moment, UTC) or the size of a checkpoint.</summary>
    private static async Task<Answer<LogSize>> Start(string since, string service, AuditLogClient logs, CancellationToken ct) =>
        DateOnly.TryParseExact(since, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? await logs.SizeAt(service, new(day, TimeOnly.MinValue, TimeSpan.Zero), ct)
            : long.TryParse(since, NumberStyles.None, CultureInfo.InvariantCulture, out var size)
                ? new(new(size, default), null)
                : new(null, new Refusal(422, "site.since-unclear", null));

    private static long? Place(IFormCollection form, string name) => long.TryParse(form.Word(name), NumberStyles.None, CultureInfo.InvariantCulture, out var place) ? place : null;

    private static string Known(string? service) => AuditLogClient.Services.Contains(service) ? service! : All;

    private static IResult? Door(Site page) => !page.Visitor.IsSignedIn ? ProofsPages.SignInFirst(page)
        : !page.Visitor.Is(Readers) ? page.Refused(new Refusal(StatusCodes.Status403Forbidden, "", null)) : null;
}

/// <summary>The part of a log that is asked about, and where the page begins.</summary>
public sealed record ChangedSpan(string Service, long First, long From, long To);

public sealed record ChangesModel(string Service, string Since, string Purpose, IReadOnlyList<ChangedSpan>? Spans, IReadOnlyList<ChangedEvent>? Events, Refusal? No);
