using System.Globalization;
using System.Text.RegularExpressions;

namespace EquityPlatform.Web;

/// <summary>
/// What was refused about a form, and at which of its fields, as the refusal's code tells. One place for all forms: a form hands it to <c>Faulted</c>, which says it at the top with a link
/// to the field, and its fields say it once more where the reader mends it.
/// </summary>
/// <param name="Field">Id of the field; null where the refusal is about none of them.</param>
public sealed partial record FieldFault(string Sentence, string? Field)
{
    /// <summary>Fields by the beginnings of codes; what stands behind a hyphen says what is wrong with it.</summary>
    private static readonly Dictionary<string, Func<IFormCollection, string?>> Fields = new(StringComparer.Ordinal)
    {
        ["goal.title"] = At("title"),
        ["goal.purpose"] = At("purpose"),
        ["goal.target"] = At("target"),
        ["goal.due"] = At("due"),
        ["goal.owner"] = At("owner"),
        ["plan.purpose"] = At("purpose"),
        ["plan.cause"] = At("cause"),
        ["plan.start"] = At("start"),
        ["plan.review"] = At("review"),
        ["plan.replaces"] = At("replaces"),
        ["plan.roles"] = At("role1"),
        ["plan.role"] = form => Row(form, "role", "task"),
        ["plan.role-task"] = form => Row(form, "task", "role"),
        ["plan.milestones"] = At("step1"),
        ["plan.milestone"] = form => Row(form, "step", "date"),
        ["plan.milestone-date"] = form => Row(form, "date", "step"),
        ["plan.dose"] = At("amount"),
        ["plan.dose-unit"] = At("unit"),
        ["plan.dose-period"] = At("per"),
        ["plan.success-rule"] = At("success"),
        ["plan.stop-rule"] = At("stop"),
        ["plan.rules-cross"] = At("successShare"),
        ["decision.kind"] = At("kind"),
        ["decision.reason"] = At("reason"),
        ["decision.changes"] = At("changes"),
        ["decision.review"] = At("nextReview"),
        ["hold.reason"] = At("reason"),
        ["quality.owner"] = At("owner"),
        ["release.exists"] = At("year"),
        ["release.no-values"] = At("year"),
        ["feed.source"] = At("source"),
        ["feed.part"] = At("side"),
        ["feed.empty"] = At("zip"),
        ["feed.too-large"] = At("zip"),
        ["row.no-correction"] = At("column0"),
        ["row.column"] = At("column0"),
        ["ssn.value"] = form => form.Keys.FirstOrDefault(k => Ssn().IsMatch(form.Word(k))),
        ["look.unreadable"] = At("file"),
        ["try.form"] = At("file"),
        ["mapping.name"] = At("name"),
        ["mapping.files"] = At("files"),
        ["mapping.form"] = At("header"),
        ["mapping.widths"] = At("widths"),
        ["mapping.table"] = At("t0.table"),
        ["mapping.tables"] = At("t0.table"),
        ["mapping.identifier"] = At("t0.identifier"),
        ["mapping.filled"] = form => form.Keys.Where(k => k.EndsWith(".from", StringComparison.Ordinal) && form.Word(k) is MappingForm.Constant or MappingForm.Join).Select(k => k[..^"from".Length] + "text").FirstOrDefault(k => form.Words(k) is null),
        ["mapping.when"] = form => form.Keys.Where(k => Condition().IsMatch(k) && form.Words(k) is not null).Select(k => k[..^"column".Length]).FirstOrDefault(k => form.Words(k + "is") is null && form.Words(k + "isNot") is null) is { } at ? at + "is" : null,
        ["edfi.address"] = At("address"),
        ["edfi.key-id"] = At("key"),
        ["edfi.interval"] = At("every"),
        ["edfi.descriptors"] = At("descriptors"),
        ["rules.race-scheme"] = At("raceScheme"),
        ["rules.without-manifest"] = At("withoutManifest"),
        ["rules.escape"] = At("escape"),
    };

    /// <param name="form">What was sent: tells which of several lines is meant.</param>
    /// <param name="file">The form's field for a file, where none was chosen.</param>
    public static FieldFault? Of(Language l, Refusal? no, IFormCollection? form = null, string file = "file") => no is null ? null
        : new(ProblemTexts.Sentence(l, no), no.Code == "site.no-file" ? file : FieldOf(no.Code, form ?? FormCollection.Empty));

    /// <summary>What to say at a field; null where it is not the one.</summary>
    public string? Says(string name) => name == Field ? Sentence : null;

    private static string? FieldOf(string code, IFormCollection form)
    {
        for (var name = code; name.Length > 0; name = name.LastIndexOf('-') is var hyphen and > 0 ? name[..hyphen] : "")
            if (Fields.TryGetValue(name, out var field))
                return field(form);
        return null;
    }

    private static Func<IFormCollection, string?> At(string field) => _ => field;

    /// <summary>The first line where this is blank and its neighbour is not; else the first line.</summary>
    private static string Row(IFormCollection form, string blank, string filled)
    {
        for (var n = 1; n <= PlanPages.StepRows; n++)
            if (form.Words(Name(blank, n)) is null && form.Words(Name(filled, n)) is not null)
                return Name(blank, n);
        return Name(blank, 1);

        static string Name(string field, int n) => field + n.ToString(CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("^[0-9]{3}-[0-9]{2}-[0-9]{4}$")]
    private static partial Regex Ssn();

    [GeneratedRegex(@"^t[0-9]+\.w[0-9]+\.column$")]
    private static partial Regex Condition();
}
