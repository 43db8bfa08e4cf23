using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Roster;

/// <summary>A district, school or department as a row of orgs.csv states it.</summary>
internal sealed record OrganizationRecorded(string OrgId, string Kind, string Name, string? ParentOrgId, string? NcesId, Change Change);

/// <summary>What is remembered of an organization.</summary>
internal sealed record OrganizationMemory(string Kind);

internal sealed class OrganizationDraft(string id, string name, string kind, string? nces, string? parent, Place place, Row row) : Draft(RecordKind.Organization, id, place, row)
{
    public override string Content => Join(name, kind, nces, parent);
    public override KeyFacts Facts => new(RecordId: Key, School: kind == Organizations.School ? Key : null);
    public override string? Memory => Memories.Write(new OrganizationMemory(kind));
    public override (string, string) Stream(string person) => ($"school-{Key}", "school");
    public override object Event(EventFacts facts) => new OrganizationRecorded(Key, kind, name, parent, nces, facts.Change);
}

/// <summary>Reads orgs.csv.</summary>
internal static class Organizations
{
    public const string School = "school";

    static readonly string[] Kinds = ["department", School, "district", "local", "state", "national"];

    public static void Read(Table table, Reading reading)
    {
        Duplicates.Mark(table, reading);
        var rows = new List<(Child Child, string Name, string Kind, string? Nces)>();
        foreach (var row in table.Kept)
        {
            var check = reading.Check(table, row);
            var (id, name, kind) = (check.Id("sourcedId"), check.Required("name"), check.Enum("type", Kinds));
            rows.Add((new Child(id, check.OptionalId("parentSourcedId"), check), name, kind, check.Optional("identifier")));
        }
        Parents.Check([.. rows.Select(r => r.Child)], reading.HasOrganization);
        foreach (var (child, name, kind, nces) in rows)
            if (child.Check.Ok)
            {
                reading.Organizations.Add(child.Id);
                if (kind == School)
                    reading.Schools.Add(child.Id);
                reading.Add(new OrganizationDraft(child.Id, name, kind, nces, child.Parent, child.Check.Row.Place, child.Check.Row));
            }
    }
}
