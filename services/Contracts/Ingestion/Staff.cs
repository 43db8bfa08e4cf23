namespace EquityPlatform.Contracts.Ingestion;

/// <summary>Groups of a member of staff, by pseudonym. Small numbers are protected like those of students.</summary>
public sealed record StaffRecorded(string StaffKey, string? Sex, bool? Hispanic, IReadOnlyList<string> Races, string RaceEthnicity, string Scheme)
{
    public const string Type = "staff-recorded/1";
}

/// <summary>Work of a member of staff. <paramref name="EndDate"/> is exclusive.</summary>
/// <param name="Role">The district's own code, for example <c>teacher</c>, <c>principal</c>.</param>
/// <param name="Fte">In ten-thousandths of a full post.</param>
public sealed record StaffAssignmentRecorded(string StaffKey, string OrgId, string Role, DateOnly? BeginDate, DateOnly? EndDate, int? Fte, string? SectionId)
{
    public const string Type = "staff-assignment-recorded/1";
}

/// <summary>An intervention that the district runs in another system.</summary>
public sealed record ExternalInterventionRecorded(string InterventionId, string? OrgId, string? Class, string? Delivery, string? TargetGroup, int? MinDosage, int? MaxDosage, DateOnly? BeginDate, DateOnly? EndDate)
{
    public const string Type = "external-intervention-recorded/1";
}

/// <summary>A student's part in an external intervention; one record per student, intervention and date.</summary>
public sealed record InterventionParticipationRecorded(string StudentKey, string InterventionId, int? SchoolYear, int? Dosage, DateOnly? Date, string? Effect)
{
    public const string Type = "intervention-participation-recorded/1";
}
