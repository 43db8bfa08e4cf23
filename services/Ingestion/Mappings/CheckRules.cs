using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.EventSourcing;
using EquityPlatform.Ingestion.Packages;
using EquityPlatform.Ingestion.Rows;
using EquityPlatform.Ingestion.Students;

namespace EquityPlatform.Ingestion.Mappings;

/// <summary>What rules for a source's own columns and codes must say.</summary>
internal static class CheckRules
{
    const string Backslash = "backslash";

    /// <summary>The source's files write a quotation mark inside a field as \".</summary>
    public static bool IsBackslash(this SourceRules rules) => rules.Escape == Backslash;

    public static Refusal? Of(SourceRules rules)
    {
        if (rules.Columns is null || rules.Codes is null)
            return Refusal.Invalid("rules.form", "State columns and codes; both lists may be empty.");
        if (rules.RaceScheme is { } scheme && !RaceEthnicity.Schemes.Contains(scheme))
            return Refusal.Invalid("rules.race-scheme", $"Race and ethnicity are rolled up under {string.Join(" or ", RaceEthnicity.Schemes)}.");
        if (rules.WithoutManifest is not (null or Manifest.Bulk or Manifest.Delta))
            return Refusal.Invalid("rules.without-manifest", $"A zip without a manifest is read as {Manifest.Bulk} or {Manifest.Delta}, or not at all.");
        if (rules.Escape is not (null or Backslash))
            return Refusal.Invalid("rules.escape", $"Quotation marks inside fields are doubled, as the standard asks for; or say {Backslash}.");
        foreach (var rule in rules.Columns)
        {
            var spec = FileSpecs.Roster.FirstOrDefault(s => s.Name == rule.File);
            if (spec is null || string.IsNullOrWhiteSpace(rule.Column) || spec.Columns.Any(c => c.Name == rule.Column))
                return Refusal.Invalid("rules.column", "A rule is about a column of an OneRoster file that the standard does not have.");
            if (Field.NamesSsn(rule.Column))
                return Refusal.Invalid("mapping.ssn", "Social Security numbers are not taken in.");
            if (!(rule.Becomes is { } becomes && Means(spec, becomes)))
                return Refusal.Invalid("rules.becomes", "A column becomes program:…, identifier:… (both of users.csv) or column:… of the same file.");
        }
        return rules.Codes.FirstOrDefault(c => string.IsNullOrWhiteSpace(c.Code) || string.IsNullOrWhiteSpace(c.Value) || FileSpecs.Roster.FirstOrDefault(s => s.Name == c.File)?.Find(c.Column ?? "") is null) is null
            ? null
            : Refusal.Invalid("rules.code", "A code needs its file, its column, the source's code and the standard's.");
    }

    static bool Means(FileSpec spec, string becomes) => becomes.Split(':', 2) switch
    {
        ["program", var program] => spec == FileSpecs.Users && Programs.Known.Contains(program),
        ["identifier", var system] => spec == FileSpecs.Users && Identifiers.Systems.Contains(system),
        ["column", var column] => spec.Columns.Any(c => c.Name == column && c.Kept),
        _ => false,
    };
}
