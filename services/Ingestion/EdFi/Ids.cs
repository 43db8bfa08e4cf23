namespace EquityPlatform.Ingestion.EdFi;

/// <summary>Ids of records whose key in Ed-Fi has several parts. Lists of ids are separated by commas, so ids have none.</summary>
internal static class Ids
{
    public static string Year(string? schoolYear) => $"sy-{schoolYear}";

    /// <summary>A session, of a reference to one or of the session itself.</summary>
    public static string Session(EdFiItem key) => Join(key["schoolId"], key["schoolYear"], key["sessionName"]);

    public static string Course(EdFiItem reference) => Join(reference["educationOrganizationId"], reference["courseCode"]);

    /// <summary>A section, of a reference to one.</summary>
    public static string Section(EdFiItem key) => Join(key["schoolId"], key["schoolYear"], key["sessionName"], key["localCourseCode"], key.Any("sectionIdentifier", "uniqueSectionCode"));

    public static string Intervention(EdFiItem key) => Join(key["educationOrganizationId"], key["interventionIdentificationCode"]);

    public static string Join(params ReadOnlySpan<string?> parts) => string.Join('/', parts!).Replace(',', ' ');
}
