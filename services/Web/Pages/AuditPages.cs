using EquityPlatform.Contracts;

namespace EquityPlatform.Web;

/// <summary>Look up a thing and read everything that happened to it. Student records ask for a reason first.</summary>
internal static class AuditPages
{
    private static readonly string[] Readers = [Roles.Auditor, Roles.PrivacyOfficer, Roles.DataSteward, Roles.DistrictLeader, Roles.EquityAnalyst];
    private static readonly string[] StudentReaders = [Roles.Auditor, Roles.PrivacyOfficer, Roles.DataSteward];

    /// <summary>Kinds that a key can name, with the service that keeps them.</summary>
    public static readonly IReadOnlyList<(string Kind, string Service, string Prefix)> Kinds =
        [("goal", "interventions", "goal-"), ("feed", "ingestion", "feed-"), ("release", "reporting", "release-"), ("evidence", "indicators", "snapshot-"), ("school", "ingestion", "school-")];

    /// <summary>The page of the thing that a stream is about, where it has one.</summary>
    public static string? PageOf(string stream) => Kinds.FirstOrDefault(k => k.Kind is "goal" or "feed" or "release" && stream.StartsWith(k.Prefix, StringComparison.Ordinal)) is { Kind: { } kind, Prefix: { } prefix }
        ? $"/{kind}s/{stream[prefix.Length..]}"
        : null;

    public static bool MaySeeStudents(Visitor visitor) => visitor.Is(StudentReaders);

    public static void MapAudit(this IEndpointRouteBuilder site)
    {
        site.MapGet("/audit", Show);
        site.MapPost("/audit/student", Student);
    }

    private static async Task<IResult> Show(Site page, HistoryClient histories, IngestionClient ingestion, CancellationToken ct, string? kind = null, string? key = null)
    {
        if (Door(page) is { } closed)
            return closed;
        var feeds = MaySeeStudents(page.Visitor) && Menu.MaySeeFeeds(page.Visitor) ? ingestion.Feeds(null, ct) : null;
        var of = Kinds.FirstOrDefault(k => k.Kind == kind);
        var wanted = key?.Trim() ?? "";
        if (of.Kind is null || wanted.Length == 0)
            return page.Show<AuditPage>(new AuditModel("goal", "", null, null, await Source()));
        var stream = wanted.StartsWith(of.Prefix, StringComparison.Ordinal) ? wanted : of.Prefix + wanted;
        var history = await histories.Stream(of.Service, stream, ct);
        return history.No is { Status: 401 or 403 } or { IsDown: true }
            ? page.Refused(history.No)
            : page.Show<AuditPage>(new AuditModel(of.Kind, wanted, history.Value?.Events, history.No, await Source()), history.No?.Status ?? StatusCodes.Status200OK);

        async Task<string> Source() => feeds is not null && (await feeds).Value is { Items: [var newest, ..] } ? newest.Source : "";
    }

    private static async Task<IResult> Student(Site page, HistoryClient histories, IFormCollection form, CancellationToken ct)
    {
        if (Door(page) is { } closed)
            return closed;
        var (key, sourcedId, source, purpose) = (form.Word("studentKey"), form.Word("sourcedId"), form.Word("source"), form.Word("purpose"));
        if (purpose.Length == 0)
            return Again(new Refusal(422, "site.purpose-missing", null));
        if (key.Length == 0)
        {
            var found = await histories.Lookup(sourcedId, source, purpose, ct);
            if (found.Value is not { } student)
                return Again(found.No!);
            key = student.StudentKey;
        }
        var history = await histories.Student(key, purpose, ct);
        return history.Value is { } value ? page.Show<AuditPage>(new AuditModel("student", key, value.Events, null, source)) : Again(history.No!);

        IResult Again(Refusal no) => no.Status is 401 or 403 || no.IsDown
            ? page.Refused(no)
            : page.Show<AuditPage>(new AuditModel("student", key, null, no, source), no.Status);
    }

    private static IResult? Door(Site page) => !page.Visitor.IsSignedIn
        ? page.Refused(new Refusal(StatusCodes.Status401Unauthorized, "", null))
        : !page.Visitor.Is(Readers) ? page.Refused(new Refusal(StatusCodes.Status403Forbidden, "", null)) : null;
}

public sealed record AuditModel(string Kind, string Key, IReadOnlyList<StoredEvent>? Events, Refusal? No, string Source = "");
