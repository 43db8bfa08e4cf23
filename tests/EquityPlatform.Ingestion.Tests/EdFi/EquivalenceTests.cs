using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.EdFiServer;
using EquityPlatform.Ingestion.EdFi;
using EquityPlatform.Ingestion.Packages;
using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Students;
using EquityPlatform.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace EquityPlatform.Ingestion.Tests.EdFi;

/// <summary>The sample district gives the same students, programs and attendance whichever way it comes: as JSON lines, through the connector, as OneRoster with side files.</summary>
public sealed class EquivalenceTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    const string OneRoster = "one-roster", Lines = "json-lines";

    [Fact]
    public async Task Three_ways_lead_to_the_same_district()
    {
        await using var district = await EdFiDistrict.StartAsync(postgres);
        await district.ConfigureAsync();
        (await district.RunAsync()).Feed!.State.ShouldBe("applied");
        (await district.Service.Client(tenant: Lines).FeedAsync(JsonLines().AsBody(), "?source=ed-fi")).State.ShouldBe("applied");
        IReadOnlyList<UploadPart> package = [new("package.zip", TestData.GrandBend()), new("attendance.csv", TestData.GrandBend("attendance.csv")), new("programs.csv", Programs()), new("declarations.csv", TestData.GrandBend("declarations.csv"))];
        (await district.Service.Client(tenant: OneRoster).FeedAsync(package.AsMultipart(), "?source=sis")).State.ShouldBe("applied");

        var lines = await FactsAsync(district.Service, Lines, "ed-fi", "");
        var connector = await FactsAsync(district.Service, IngestionHost.Tenant, "ed-fi", "");
        var oneRoster = await FactsAsync(district.Service, OneRoster, "sis", "stu-");
        lines.Count(f => f.StartsWith("demographics", StringComparison.Ordinal)).ShouldBe(960);
        lines.Count(f => f.StartsWith("attendance", StringComparison.Ordinal)).ShouldBe(1_916);
        lines.Count(f => f.StartsWith("program", StringComparison.Ordinal)).ShouldBeGreaterThan(700);
        Missing(lines, connector).ShouldBeEmpty();
        Missing(connector, lines).ShouldBeEmpty();
        Missing(oneRoster, lines).ShouldBeEmpty();
        Missing(lines, oneRoster).ShouldBeEmpty();
    }

    static string[] Missing(HashSet<string> of, HashSet<string> from) => [.. of.Except(from).Order(StringComparer.Ordinal).Take(20)];

    /// <summary>What the log says of every student of the sample, by the id that the sources share.</summary>
    static async Task<HashSet<string>> FactsAsync(IngestionHost service, string tenant, string source, string prefix)
    {
        var keyed = await service.App.Services.GetRequiredService<DistrictKeys>().ForAsync(tenant, source, default);
        var pseudonyms = service.App.Services.GetRequiredService<Pseudonyms>();
        var ids = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in Items("students"))
            if (line.GetProperty("studentUniqueId").GetString() is { } id)
                ids[(await pseudonyms.FindAsync(keyed, prefix + id, default)).ShouldNotBeNull().ToString("N")] = id;
        var facts = new Dictionary<string, string?>(StringComparer.Ordinal);
        await foreach (var e in service.Log.ReadAllAsync(tenant, 0, null, null, default))
            switch (e.Data)
            {
                case Students.StudentDemographicsRecorded d:
                    facts[$"demographics {ids[d.StudentKey]}"] = $"{d.Sex} {d.Hispanic} {string.Join('+', d.Races)} {d.RaceEthnicity}";
                    break;
                case Students.StudentProgramRecorded p:
                    facts[$"program {ids[p.StudentKey]} {p.Program} {p.BeginDate:O}"] = p.Participates ? $"{p.EndDate:O}" : null;
                    break;
                case SideFiles.AttendanceRecorded a:
                    facts[$"attendance {ids[a.StudentKey]} {a.SchoolId} {a.Date:O}"] = $"{a.Category} {a.AbsentPortion} {a.SchoolYear}";
                    break;
            }
        var client = service.Client(tenant: tenant);
        foreach (var (key, id) in ids.Where((_, n) => n % 40 == 0))
        {
            var who = (await client.GetFromJsonAsync<StudentIdentity>($"{IngestionHost.Root}/students/{key}?purpose=test", IngestionHost.Web))!;
            facts[$"student {id}"] = $"{who.GivenName} {who.MiddleName} {who.FamilyName} {who.BirthDate:O} {who.Identifier}";
        }
        // A "no" of one source is silence of another
        return [.. facts.Where(f => f.Value is not null).Select(f => $"{f.Key}: {f.Value}")];
    }

    /// <summary>The package's programs, and beside them what Ed-Fi says in the characteristics and language proficiency of a student.</summary>
    static byte[] Programs()
    {
        var text = new StringBuilder(Encoding.UTF8.GetString(TestData.GrandBend("programs.csv")));
        var stated = text.ToString().Split('\n').Select(line => string.Join(',', line.Split(',').Take(2))).ToHashSet(StringComparer.Ordinal);
        var students = Items("students").Select(s => s.GetProperty("studentUniqueId").GetString()).ToHashSet(StringComparer.Ordinal);
        foreach (var item in Items("studentEducationOrganizationAssociations"))
        {
            var student = item.GetProperty("studentReference").GetProperty("studentUniqueId").GetString();
            var json = item.GetRawText();
            foreach (var (says, program) in new[] { ("#Parent in Military\"", "military"), ("#Migrant\"", "migrant"), ("#Homeless\"", "homeless"), ("#Economic Disadvantaged\"", "economicallyDisadvantaged"), ("LimitedEnglishProficiencyDescriptor#Limited\"", "englishLearner") })
                if (json.Contains(says, StringComparison.Ordinal) && students.Contains(student) && stated.Add($"stu-{student},{program}"))
                    text.Append(System.Globalization.CultureInfo.InvariantCulture, $"stu-{student},{program},,,\n");
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    static byte[] JsonLines() => TestData.Zip(Directory.EnumerateFiles(EdFiDistrict.Folder, "*.jsonl").Select(f => KeyValuePair.Create(Path.GetFileName(f), File.ReadAllBytes(f)))
        .Prepend(KeyValuePair.Create("manifest.json", new EdFiManifest(EdFiManifest.EdFi).Write())));

    static IEnumerable<JsonElement> Items(string resource) => File.ReadLines(Path.Combine(EdFiDistrict.Folder, resource + ".jsonl")).Where(l => l.Length > 0).Select(l => JsonDocument.Parse(l).RootElement);
}
