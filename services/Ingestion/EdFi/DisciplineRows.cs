using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.EdFi;

/// <summary>Incidents with those involved, and what was done. Data standard 5 tells offenders from others; 3 and 4 may name both in one association. Names of reporters and descriptions are dropped.</summary>
internal static class DisciplineRows
{
    const string Columns = "incidentId schoolSourcedId date behavior userSourcedId role location lawEnforcement";
    const string Behaviors = "studentDisciplineIncidentBehaviorAssociations", NonOffenders = "studentDisciplineIncidentNonOffenderAssociations", Before = "studentDisciplineIncidentAssociations";

    public static readonly IReadOnlyList<string> Associations = [Behaviors, NonOffenders, Before];

    /// <summary>From the heaviest: where one action has several kinds, this one counts.</summary>
    static readonly string[] Kinds = ["expulsion", "oss", "removal", "iss", "other"];

    public static readonly IReadOnlyList<Translation> All =
    [
        new(FileSpecs.Incidents, "disciplineIncidents", Columns, (item, rows) =>
        {
            var school = item.Part("schoolReference")["schoolId"];
            // Those involved repeat the incident; only one without any is a row of its own
            if (!rows.Feed.Lookups.HasStudents(school, item["incidentIdentifier"]))
                Add(rows, item["incidentIdentifier"], school, Lookups.CodeOf(item.List("behaviors").Select(b => b["behaviorDescriptor"]).FirstOrDefault()), null, null,
                    new(item["incidentDate"], Lookups.CodeOf(item["incidentLocationDescriptor"]), item["reportedToLawEnforcement"], null));
        }, (key, rows) => rows.Add(key["incidentIdentifier"], key["schoolId"])),
        new(FileSpecs.Incidents, Behaviors, Columns, (item, rows) => Involved(item, rows, item["behaviorDescriptor"], "offender"), (key, rows) => Gone(key, rows, "offender"), "disciplineIncidents"),
        new(FileSpecs.Incidents, NonOffenders, Columns, (item, rows) => Involved(item, rows, null, "witness"), null, "disciplineIncidents"),
        new(FileSpecs.Incidents, Before, Columns, (item, rows) =>
        {
            var behaviors = item.List("behaviors").Select(b => b["behaviorDescriptor"]).ToList();
            foreach (var behavior in behaviors is [] ? [null] : behaviors)
                Involved(item, rows, behavior, "offender");
        }, null, "disciplineIncidents"),
        new(FileSpecs.Actions, "disciplineActions", "actionId userSourcedId date kind days incidentIds schoolSourcedId", Action, (key, rows) => rows.Add(key["disciplineActionIdentifier"], key["studentUniqueId"], key["disciplineDate"])),
    ];

    /// <summary>One row for each part that the student had. The codes of participation decide, not the association.</summary>
    static void Involved(EdFiItem item, Output rows, string? behavior, string otherwise)
    {
        var key = item.Part("disciplineIncidentReference");
        var incident = rows.Feed.Lookups.Incident(key);
        if (incident is null)
            rows.Fault("disciplineIncidentReference", "edfi.incident-missing");
        var codes = item.List("disciplineIncidentParticipationCodes").Select(c => c["disciplineIncidentParticipationCodeDescriptor"]).Append(item["studentParticipationCodeDescriptor"]).OfType<string>().ToList();
        var roles = codes.Select(code => rows.Meaning(DescriptorMaps.Participation, code, "disciplineIncidentParticipationCodeDescriptor") ?? otherwise).DefaultIfEmpty(otherwise).Distinct().ToList();
        foreach (var role in roles)
            Add(rows, key["incidentIdentifier"], key["schoolId"], Lookups.CodeOf(behavior) ?? incident?.Behavior ?? "Not stated", item.Part("studentReference")["studentUniqueId"], role, incident);
    }

    static void Gone(EdFiItem key, Output rows, string role) =>
        rows.Add(key["incidentIdentifier"], key["schoolId"], null, Lookups.CodeOf(key["behaviorDescriptor"]), key["studentUniqueId"], role);

    static void Add(Output rows, string? incident, string? school, string? behavior, string? student, string? role, Incident? facts) =>
        rows.Add(incident, school, facts?.Date, behavior ?? "Not stated", student, role, facts?.Location, facts?.Police);

    static void Action(EdFiItem item, Output rows)
    {
        var kinds = item.List("disciplines").Select(d => d["disciplineDescriptor"]).OfType<string>().Select(d => rows.Meaning(DescriptorMaps.Discipline, d, "disciplines.disciplineDescriptor") ?? "other").Distinct().ToList();
        if (kinds.Count > 1)
            rows.Warn("disciplines", "edfi.discipline-several");
        var incidents = item.List(Behaviors).Select(a => a.Part("studentDisciplineIncidentBehaviorAssociationReference")["incidentIdentifier"])
            .Concat(item.List(Before).Select(a => a.Part("studentDisciplineIncidentAssociationReference")["incidentIdentifier"]))
            .Concat(item.List("disciplineIncidents").Select(a => a.Part("disciplineIncidentReference")["incidentIdentifier"])).OfType<string>().Distinct().ToList();
        rows.Add(item.Any("disciplineActionIdentifier", "identifier"), item.Part("studentReference")["studentUniqueId"], item["disciplineDate"], Kinds.FirstOrDefault(kinds.Contains) ?? "other",
            StudentRows.Decimals(item.Any("actualDisciplineActionLength", "disciplineActionLength")), incidents is [] ? null : string.Join(',', incidents), item.Part("responsibilitySchoolReference")["schoolId"]);
    }
}
