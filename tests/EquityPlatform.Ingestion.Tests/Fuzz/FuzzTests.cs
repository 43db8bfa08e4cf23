using System.Globalization;
using System.Text;
using EquityPlatform.Ingestion.Rows;
using Xunit.Abstractions;

namespace EquityPlatform.Ingestion.Tests.Fuzz;

/// <summary>
/// Broken packages never crash the importer, never hang it, never tell of a person, never change what was there when they are rejected or held, and their counts add up.
/// A short seeded part runs with the tests; <c>deploy/eq fuzz</c> runs for as long as it is told (<c>EQUITY_FUZZ_SECONDS</c>) from a seed (<c>EQUITY_FUZZ_SEED</c>).
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    const int Short = 300;

    /// <summary>Long enough for the slowest machine: this tells a hang, not a speed.</summary>
    static readonly TimeSpan Hang = TimeSpan.FromMinutes(2);

    static readonly Dictionary<string, byte[]> Baseline = TestData.Unzip(Named(TestData.BadInput("00-valid-baseline"))).Concat(new Dictionary<string, byte[]>
    {
        ["attendance.csv"] = "userSourcedId,schoolSourcedId,date,scope,category,portion,reason\nu001,s1,2024-10-01,day,absentExcused,,\nu002,s1,2024-10-01,day,partial,0.5,\n"u8.ToArray(),
        ["programs.csv"] = "userSourcedId,program,beginDate,endDate,schoolSourcedId\nu001,iep,2024-08-19,,s1\n"u8.ToArray(),
        ["disciplineIncidents.csv"] = "incidentId,schoolSourcedId,date,behavior,userSourcedId,role\ni1,s1,2024-10-01,Fight,u001,offender\ni1,s1,2024-10-01,Fight,u002,victim\n"u8.ToArray(),
        ["assessments.csv"] = "userSourcedId,assessmentId,subject,date,grade,scale,result\nu001,a,Math,2024-10-01,09,RIT,215\n"u8.ToArray(),
        ["staffing.csv"] = "staffSourcedId,orgSourcedId,role,beginDate,sex,white\nt001,s1,teacher,2024-08-01,female,true\n"u8.ToArray(),
        ["declarations.csv"] = "propertyName,value\nattendance.mode,exceptions\nattendance.from,2024-08-19\nattendance.to,2025-06-07\n"u8.ToArray(),
    }).ToDictionary();

    /// <summary>A name that stands nowhere else, so that it shows wherever it goes.</summary>
    const string Name = "Zvonimirka";

    static byte[] Named(byte[] package) => package.With("users.csv", "Given1", Name);

    [Fact]
    public async Task Broken_packages_do_no_harm()
    {
        var seconds = int.Parse(Environment.GetEnvironmentVariable("EQUITY_FUZZ_SECONDS") ?? "0", CultureInfo.InvariantCulture);
        var seed = int.Parse(Environment.GetEnvironmentVariable("EQUITY_FUZZ_SEED") ?? "20240915", CultureInfo.InvariantCulture);
        var outcomes = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var started = TimeProvider.System.GetTimestamp();
        var cases = 0;
        for (; seconds > 0 ? TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(seconds) : cases < Short; cases++)
        {
            var one = seed + cases;
            var outcome = await Task.Run(() => One(one)).WaitAsync(Hang);
            outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
        }
        output.WriteLine($"{cases} packages from seed {seed}: {string.Join(", ", outcomes.Select(o => $"{o.Value} {o.Key}"))}");
        outcomes.Count.ShouldBeGreaterThan(1, "the packages were not broken in different ways");
    }

    static string One(int seed)
    {
        var district = new District().Given(TestData.Zip(Baseline));
        var before = district.Records.ToDictionary();
        Fed fed;
        try
        {
            fed = district.When(new Mutations(seed).Of(Baseline));
        }
        catch (Exception broken)
        {
            throw new InvalidOperationException($"Seed {seed} broke the importer: {broken.Message}", broken);
        }
        var told = string.Join('\n', fed.Validated.Issues.Select(i => $"{i.File}|{i.Column}|{i.Code}|{i.Message}|{string.Join('|', i.Arguments.Values)}"));
        told.Contains(Name, StringComparison.OrdinalIgnoreCase).ShouldBeFalse($"Seed {seed}: a finding tells a name");
        told.Contains("078-05-1120", StringComparison.Ordinal).ShouldBeFalse($"Seed {seed}: a finding tells a Social Security number");
        Encoding.UTF8.GetByteCount(told).ShouldBeLessThan(5_000_000, $"Seed {seed}: findings without bound");
        foreach (var one in fed.Plan.News)
            System.Text.Json.JsonSerializer.Serialize(one.Event.Data, one.Event.Data.GetType()).Contains("078-05-1120", StringComparison.Ordinal).ShouldBeFalse($"Seed {seed}: an event holds a Social Security number");
        if (fed.Validated.Rejection is not null || fed.Held.Count > 0)
        {
            district.Records.ShouldBe(before, $"Seed {seed}: a feed that was not applied changed something");
            return fed.Held.Count > 0 ? "held" : $"rejected ({fed.Validated.Rejection!.Code})";
        }
        foreach (var (file, counts) in fed.Plan.Files.Select(f => (f.File, f.Counts)))
            counts.Read.ShouldBe(counts.Accepted + counts.Unchanged + counts.Quarantined + counts.Parked, $"Seed {seed}: counts of {file}");
        return fed.Validated.Issues.Any(i => i.Severity != Severity.Warning) ? "applied in part" : "applied";
    }
}
