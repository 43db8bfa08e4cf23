using System.Text.Json;
using System.Text.RegularExpressions;

namespace EquityPlatform.Web.Tests;

public sealed partial class EventWordsTests
{
    // Consumers, file formats and contracts that are never stored under this name
    private static readonly HashSet<string> NotStored = ["goal-board", "student-facts", "equity-release", "school-enrollment-recorded", "student-erasure", "student-erasure-requested"];

    [Fact]
    public void Every_event_that_a_service_stores_has_words()
    {
        var aliases = new[] { "services/Ingestion", "services/Indicators", "services/Interventions", "services/Reporting", "services/ServiceHost", "services/Contracts" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(StandIn.RepositoryRoot, folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
            .SelectMany(file => Alias().Matches(File.ReadAllText(file)).Select(m => m.Groups[1].Value)).ToHashSet();

        aliases.Count.ShouldBeGreaterThan(15);
        aliases.Except(NotStored).Except(AuditTexts.Events.Keys).ShouldBeEmpty();
    }

    [Fact]
    public void Fields_fill_the_sentence_and_codes_are_translated() =>
        AuditTexts.Sentence(Language.Spanish, Event("attendance-recorded/1", new { date = "2011-05-02", category = "absentUnexcused" }))
            .ShouldBe("Asistencia registrada: 2011-05-02, ausente, sin justificación");

    [Fact]
    public void A_missing_field_leaves_no_braces() =>
        AuditTexts.Sentence(Language.English, Event("goal-set/1", new { })).ShouldBe("The goal was set");

    [Fact]
    public void An_unknown_event_is_named_as_it_is() =>
        AuditTexts.Sentence(Language.English, Event("cause-supported/2", new { })).ShouldBe("Event “cause supported”");

    [Fact]
    public void Sealed_members_and_salts_are_never_opened() =>
        AuditTexts.Fields(Language.English, JsonSerializer.SerializeToElement(new { studentKey = "a", salt = "s3cret", @sealed = new { v = "s3cret" }, change = new { before = "x" } }))
            .ShouldBe([("studentKey", "a"), ("sealed", Language.English[AuditTexts.Sealed]), ("change.before", "x")]);

    private static StoredEvent Event(string type, object data) =>
        new(1, 1, Guid.NewGuid(), type, DateTimeOffset.UnixEpoch, "demo:data-steward", null, null, null, JsonSerializer.SerializeToElement(data));

    [GeneratedRegex("\"([a-z]+(?:-[a-z]+)+)/[0-9]+\"")]
    private static partial Regex Alias();
}
