using EquityPlatform.Contracts.Ingestion;

namespace EquityPlatform.Web;

/// <summary>What the site asks of the ingestion service.</summary>
internal sealed class IngestionClient(ServiceDoor door)
{
    private const string Service = "ingestion";

    public Task<Answer<FeedPage>> Feeds(string? cursor, CancellationToken ct) =>
        door.Get<FeedPage>(Service, cursor is null ? "feeds" : "feeds?cursor=" + Uri.EscapeDataString(cursor), ct);

    public Task<Answer<Feed>> Feed(Guid id, CancellationToken ct) => door.Get<Feed>(Service, $"feeds/{id}", ct);

    /// <param name="decision"><c>release</c>, <c>refuse</c>, <c>retry</c> or <c>give-up</c>.</param>
    /// <param name="relink">Of a release: students with new ids are linked first.</param>
    public Task<Answer<Feed>> Decide(Guid id, string decision, string reason, bool relink, CancellationToken ct) => door.Post<Feed>(Service, $"feeds/{id}/{decision}", new FeedDecision(reason, relink), ct);

    public Task<Answer<SetAsideRowList>> Rows(Guid id, CancellationToken ct) => door.Get<SetAsideRowList>(Service, $"feeds/{id}/rows", ct);

    public Task<Answer<Feed>> Correct(Guid id, RowCorrection correction, CancellationToken ct) => door.Post<Feed>(Service, $"feeds/{id}/rows", correction, ct);

    public Task<Answer<FileTemplate[]>> Templates(CancellationToken ct) => door.Get<FileTemplate[]>(Service, "templates", ct);

    /// <summary>A file with its header and nothing else.</summary>
    public Task<Answer<string>> Template(string file, CancellationToken ct) => door.Get<string>(Service, "templates/" + Uri.EscapeDataString(file), ct);

    public Task<Answer<QualitySources>> QualitySources(CancellationToken ct) => door.Get<QualitySources>(Service, "quality/sources", ct);

    public Task<Answer<QualityReport>> Quality(string source, CancellationToken ct) => door.Get<QualityReport>(Service, $"quality?source={E(source)}", ct);

    public Task<Answer<FeedQuality>> FeedQuality(Guid id, CancellationToken ct) => door.Get<FeedQuality>(Service, $"feeds/{id}/quality", ct);

    public Task<Answer<AssignFinding>> Assign(AssignFinding ask, CancellationToken ct) => door.Post<AssignFinding>(Service, "quality/assignments", ask, ct);

    public Task<Answer<CompletenessReport>> Completeness(string source, int? year, string? school, CancellationToken ct) => door.Get<CompletenessReport>(Service, $"quality/completeness?{Of(source, year, school)}", ct);

    public Task<Answer<string>> FindingsFile(string source, CancellationToken ct) => door.Get<string>(Service, $"quality/findings.csv?source={E(source)}", ct);

    public Task<Answer<string>> CompletenessFile(string source, int? year, string? school, CancellationToken ct) => door.Get<string>(Service, $"quality/completeness.csv?{Of(source, year, school)}", ct);

    private static string Of(string source, int? year, string? school) =>
        $"source={E(source)}" + (year is { } y ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"&schoolYear={y}") : "") + (school is null ? "" : "&school=" + E(school));

    private static string E(string part) => Uri.EscapeDataString(part);

    public Task<Answer<FileMapping[]>> ShippedMappings(CancellationToken ct) => door.Get<FileMapping[]>(Service, "mappings/shipped", ct);

    /// <summary>What is saved for a source, with the revision that a change is held against.</summary>
    public Task<Answer<SavedMapping[]>> Mappings(string source, CancellationToken ct) => door.Get<SavedMapping[]>(Service, $"sources/{E(source)}/mappings", ct);

    /// <summary>What a source's own columns and codes mean, with the revision that a change is held against.</summary>
    public Task<Answer<SourceRules>> Rules(string source, CancellationToken ct) => door.Get<SourceRules>(Service, $"sources/{E(source)}/rules", ct);

    public Task<Answer<SourceRules>> SaveRules(string source, SourceRules rules, string? revision, CancellationToken ct) => door.Put<SourceRules>(Service, $"sources/{E(source)}/rules", rules, ct, revision);

    public Task<Answer<SavedMapping>> SaveMapping(string source, FileMapping mapping, string? revision, CancellationToken ct) =>
        door.Put<SavedMapping>(Service, $"sources/{E(source)}/mappings/{E(mapping.Name)}", mapping, ct, revision);

    /// <summary>Shows the beginning of a file to whoever holds it; more than that does not leave.</summary>
    /// <param name="lines">As lines, of a file without separators.</param>
    public async Task<Answer<FileLook>> Look(string name, string source, bool lines, Stream file, CancellationToken ct)
    {
        var beginning = new byte[1 << 20];
        var read = await file.ReadAtLeastAsync(beginning, beginning.Length, throwOnEndOfStream: false, ct);
        return await door.Send<FileLook>(Service, new(HttpMethod.Post, ServiceDoor.Uri(Service, $"mappings/look?name={E(name)}{(source.Length > 0 ? "&source=" + E(source) : "")}{(lines ? "&lines=true" : "")}")) { Content = new ByteArrayContent(beginning, 0, read) }, ct);
    }

    public Task<Answer<MappingTry>> Try(string source, FileMapping mapping, Stream file, CancellationToken ct) => door.Send<MappingTry>(Service,
        new(HttpMethod.Post, ServiceDoor.Uri(Service, $"sources/{E(source)}/mappings/try"))
        {
            Content = new MultipartFormDataContent { { new StringContent(System.Text.Json.JsonSerializer.Serialize(mapping, ServiceDoor.Json)), "mapping" }, { new StreamContent(file), "file", "tried" } },
        }, ct);

    public Task<Answer<EdFiSource[]>> EdFiSources(CancellationToken ct) => door.Get<EdFiSource[]>(Service, "ed-fi", ct);

    public Task<Answer<EdFiSource>> EdFiSource(string source, CancellationToken ct) => door.Get<EdFiSource>(Service, $"ed-fi/{E(source)}", ct);

    public Task<Answer<EdFiSource>> ConfigureEdFi(string source, ConfigureEdFiSource ask, CancellationToken ct) => door.Put<EdFiSource>(Service, $"ed-fi/{E(source)}", ask, ct);

    public Task<Answer<EdFiSource>> RunEdFi(string source, bool complete, CancellationToken ct) => door.Post<EdFiSource>(Service, $"ed-fi/{E(source)}/run", new RunEdFiSource(complete), ct);

    public Task<Answer<FeedIssuePage>> Issues(Guid id, string? cursor, CancellationToken ct) =>
        door.Get<FeedIssuePage>(Service, $"feeds/{id}/issues" + (cursor is null ? "" : "?cursor=" + Uri.EscapeDataString(cursor)), ct);
}

internal static class FeedState
{
    /// <summary>The service could not finish it: a person tries again or leaves it.</summary>
    public static bool StandsStill(this Feed feed) => feed is { State: "interrupted" } or { State: "held", Code: "feed.stopped" };

    /// <summary>It holds items of an Ed-Fi interface.</summary>
    public static bool IsEdFi(this Feed feed) => feed.Files.Any(f => f.File.Contains(".jsonl", StringComparison.Ordinal));

    /// <summary>Ingestion still works on it: the page asks again by itself.</summary>
    public static bool IsWorking(this Feed feed) => feed.State is "received" or "validating" or "applying";

    /// <summary>How much of the work is done; null where nobody can say: rows are checked before their number is known, and a held file waits for a person.</summary>
    public static int? Percent(this Feed feed) => feed.State == "applying" ? feed.Progress : null;
}
