using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Ingestion;

namespace EquityPlatform.Web;

/// <summary>What a source's own columns and codes in OneRoster files mean.</summary>
internal static class RulesPages
{
    public const string Path = "/feeds/rules";

    /// <summary>Empty lines of the form.</summary>
    private const int More = 3;

    /// <summary>Files that may have own columns and codes.</summary>
    public static readonly IReadOnlyList<string> Files =
        ["users.csv", "demographics.csv", "classes.csv", "courses.csv", "enrollments.csv", "roles.csv", "orgs.csv", "academicSessions.csv", "lineItems.csv", "results.csv"];

    public static void MapRules(this IEndpointRouteBuilder site)
    {
        site.MapGet(Path, Show);
        site.MapPost(Path, Save);
    }

    private static async Task<IResult> Show(Site page, IngestionClient ingestion, CancellationToken ct, string source = "sis", bool saved = false) =>
        await ingestion.Rules(source, ct) is var rules && rules.Value is { } found ? page.Show<RulesPage>(Model(source, rules.Revision, [.. Lines(found.Columns)], [.. Lines(found.Codes)], found, null, saved)) : page.Refused(rules.No!);

    private static async Task<IResult> Save(Site page, IngestionClient ingestion, IFormCollection form, CancellationToken ct)
    {
        var (source, columns, codes) = (form.Word("source"), Read(form, "c", column: true), Read(form, "v", column: false));
        var rules = new SourceRules([.. columns.Where(l => !l.IsEmpty).Select(l => new ColumnRule(l.File, l.Column, l.Becomes))], [.. codes.Where(l => !l.IsEmpty).Select(l => new CodeRule(l.File, l.Column, l.First, l.Second))], form.Words("raceScheme"), form.Words("withoutManifest"), form.Words("escape"));
        if (columns.Concat(codes).Any(l => l.Wrong is not null))
            return page.Show<RulesPage>(Model(source, form.Words("revision"), columns, codes, rules, new(StatusCodes.Status422UnprocessableEntity, "site.rules", null), false), StatusCodes.Status422UnprocessableEntity);
        var saved = await ingestion.SaveRules(source, rules, form.Words("revision"), ct);
        return saved.No switch
        {
            null => page.Go($"{Path}?source={Uri.EscapeDataString(source)}&saved=true"),
            { Status: 401 or 403 or 404 } or { IsDown: true } => page.Refused(saved.No),
            _ => page.Show<RulesPage>(Model(source, form.Words("revision"), columns, codes, rules, saved.No, false), saved.No.Status),
        };
    }

    private static RulesModel Model(string source, string? revision, List<RuleLine> columns, List<RuleLine> codes, SourceRules rules, Refusal? no, bool saved)
    {
        foreach (var lines in new[] { columns, codes })
            for (var empty = lines.Count(l => l.IsEmpty); empty < More; empty++)
                lines.Add(new("", "", "", ""));
        return new(source, revision, columns, codes, rules, no, saved);
    }

    private static IEnumerable<RuleLine> Lines(IEnumerable<ColumnRule> rules) => rules.Select(r => r.Becomes.StartsWith("column:", StringComparison.Ordinal) ? new RuleLine(r.File, r.Column, "column", r.Becomes[7..]) : new(r.File, r.Column, r.Becomes, ""));

    private static IEnumerable<RuleLine> Lines(IEnumerable<CodeRule> rules) => rules.Select(r => new RuleLine(r.File, r.Column, r.Code, r.Value));

    private static List<RuleLine> Read(IFormCollection form, string prefix, bool column)
    {
        var lines = new List<RuleLine>();
        for (var n = 0; form.ContainsKey($"{prefix}{n}.column"); n++)
        {
            var line = new RuleLine(form.Word($"{prefix}{n}.file"), form.Word($"{prefix}{n}.column"), form.Word($"{prefix}{n}.first"), form.Word($"{prefix}{n}.second"));
            lines.Add(line with { Wrong = line.IsEmpty ? null : Fault(line, lines, column) });
        }
        return lines;
    }

    private static Text? Fault(RuleLine line, List<RuleLine> above, bool column) =>
        line.File.Length == 0 || line.Column.Length == 0 || line.First.Length == 0 || (line.Second.Length == 0 && (!column || line.First == "column")) ? RulesTexts.Incomplete
        : column && line is { File: not "users.csv", First: not "column" } ? RulesTexts.OnlyUsers
        : above.Exists(l => !l.IsEmpty && l.File == line.File && l.Column.Equals(line.Column, StringComparison.OrdinalIgnoreCase) && (column || l.First == line.First)) ? RulesTexts.Twice
        : null;
}

/// <summary>One line of the form. Of a column: what it becomes, and of which column of the standard. Of a code: the source's and the standard's.</summary>
public sealed record RuleLine(string File, string Column, string First, string Second)
{
    /// <summary>What is wrong with it.</summary>
    public Text? Wrong { get; init; }

    /// <summary>Nothing is written in it.</summary>
    public bool IsEmpty => Column.Length + First.Length + Second.Length == 0;

    public string Becomes => First == "column" ? $"column:{Second}" : First;
}

public sealed record RulesModel(string Source, string? Revision, IReadOnlyList<RuleLine> Columns, IReadOnlyList<RuleLine> Codes, SourceRules Rules, Refusal? No, bool Saved);
