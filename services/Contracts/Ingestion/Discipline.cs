namespace EquityPlatform.Contracts.Ingestion;

/// <summary>Something that happened at a school. Replaces the earlier record of the same school and incident.</summary>
/// <param name="Location">The district's own code.</param>
public sealed record DisciplineIncidentRecorded(string SchoolId, string IncidentId, int SchoolYear, DateOnly Date, string? Location, bool? LawEnforcement)
{
    public const string Type = "discipline-incident-recorded/1";
}

/// <summary>A student's part in an incident, one record per student, incident, role and behavior.</summary>
/// <param name="Role"><c>offender</c>, <c>victim</c>, <c>witness</c> or <c>reporter</c>. Only offenders count as disciplined.</param>
/// <param name="Behavior">The district's own code.</param>
public sealed record DisciplineInvolvementRecorded(string StudentKey, string SchoolId, string IncidentId, int SchoolYear, DateOnly Date, string Role, string Behavior)
{
    public const string Type = "discipline-involvement-recorded/1";
}

/// <summary>What a school did about a student. Replaces the earlier record of the same student and action.</summary>
/// <param name="SchoolId">School that decided it, where the source says so; else that of the incidents.</param>
/// <param name="Kind"><c>iss</c> (in-school suspension), <c>oss</c> (out-of-school), <c>expulsion</c>, <c>removal</c> or <c>other</c>.</param>
/// <param name="Days">In ten-thousandths of a day.</param>
public sealed record DisciplineActionRecorded(string StudentKey, string ActionId, string? SchoolId, int SchoolYear, DateOnly Date, string Kind, int? Days, IReadOnlyList<string> IncidentIds)
{
    public const string Type = "discipline-action-recorded/1";
}
