using EquityPlatform.Contracts.Ingestion;

namespace EquityPlatform.Ingestion.Quality;

/// <summary>Who must act on a finding, as its code tells; a person may say otherwise.</summary>
internal static class Owners
{
    /// <summary>Faults of how a file was made, by the beginning of their codes; all others are faults of what was entered.</summary>
    static readonly string[] OfTheFile =
        ["zip.", "manifest.", "mode.", "encoding.", "csv.", "header.", "file.", "ssn.", "delta.", "status.", "boolean.form", "enum.case", "identifier.form", "id.scientific-notation", "id.case-collision", "id.leading-zero-suspect", "edfi."];

    /// <summary>What somebody has to decide here.</summary>
    static readonly string[] OfTheSteward = ["mapping.", "declaration.", "edfi.descriptor-", "identifier.system", "enum.extension", "attendance.coverage-derived", "attendance.outside-coverage", "attendance.periods-undeclared", "program.conflict"];

    /// <param name="isMapped">A mapping reads the file: another system than the district's made it.</param>
    public static string Of(string code, bool isMapped) =>
        code == "feed.internal-error" ? FindingOwners.Platform
        : Starts(OfTheSteward, code) ? FindingOwners.DataSteward
        : !Starts(OfTheFile, code) ? FindingOwners.SchoolClerk
        : isMapped ? FindingOwners.Vendor
        : FindingOwners.SisAdministrator;

    static bool Starts(string[] beginnings, string code) => Array.Exists(beginnings, b => code.StartsWith(b, StringComparison.Ordinal));

    /// <summary>Names of mappings have no dot, names of files do.</summary>
    public static bool IsMapped(string subject, string file) => subject != file;
}
