using System.Text;
using EquityPlatform.Ingestion.Rows;
using FsCheck;
using FsCheck.Fluent;

namespace EquityPlatform.Ingestion.Tests;

/// <summary>Whatever happens to the rows of a package, every row is accepted, unchanged or quarantined, and none is lost.</summary>
public sealed class CountProperties
{
    static readonly string[] Files = ["orgs.csv", "academicSessions.csv", "courses.csv", "classes.csv", "users.csv", "enrollments.csv", "demographics.csv"];
    static readonly string[] Values = ["", "x", "s1", "u001", "true", "2024-09-01", "6.05E+05", "1/2/2024", "student", "\"", "\"a,b\"", "NULL", "0209-01-01", "\u00e9", "a\"b", "d1", "U001", "k1", "=1+1", ","];

    /// <summary>Put a value into a field, or repeat, drop or swap a row.</summary>
    sealed record Damage(int File, int Row, int Field, int Value, int Kind);

    static readonly Arbitrary<Damage[]> Damages = (from file in Gen.Choose(0, Files.Length - 1)
                                                   from row in Gen.Choose(0, 9)
                                                   from field in Gen.Choose(0, 17)
                                                   from value in Gen.Choose(0, Values.Length - 1)
                                                   from kind in Gen.Choose(0, 5)
                                                   select new Damage(file, row, field, value, kind)).NonEmptyListOf().Select(l => l.ToArray()).ToArbitrary();

    [Fact]
    public void Counts_always_add_up() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Damages, damages =>
    {
        var baseline = TestData.BadInput("00-valid-baseline");
        var fed = new District().Given(baseline).When(Hurt(baseline, damages));
        foreach (var (file, counts) in fed.Plan.Files.Select(f => (f.File, f.Counts)).Append(("total", fed.Plan.Total)))
        {
            if (counts.Read != counts.Accepted + counts.Unchanged + counts.Quarantined || counts.Accepted < 0 || counts.Unchanged < 0)
                throw new InvalidOperationException($"{file}: {counts}");
        }
        // Each quarantined row has its finding, and findings of quarantine name rows that are counted
        var listed = fed.Validated.Issues.Where(i => i.Severity == Severity.Quarantined).Select(i => (i.File, i.Row)).Distinct().Count();
        return listed == fed.Plan.Total.Quarantined;
    }));

    static byte[] Hurt(byte[] package, IEnumerable<Damage> damages)
    {
        var files = TestData.Unzip(package);
        foreach (var damage in damages)
        {
            var name = Files[damage.File];
            var lines = Encoding.UTF8.GetString(files[name]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).ToList();
            var row = damage.Row % lines.Count;
            var fields = lines[row].Split(',');
            switch (damage.Kind)
            {
                case 0 when lines.Count > 1:
                    lines.RemoveAt(row);
                    break;
                case 1:
                    lines.Add(lines[row]);
                    break;
                case 2:
                    lines[row] += "," + Values[damage.Value];
                    break;
                default:
                    fields[damage.Field % fields.Length] = Values[damage.Value];
                    lines[row] = string.Join(',', fields);
                    break;
            }
            files[name] = Encoding.UTF8.GetBytes(string.Join("\r\n", lines));
        }
        return TestData.Zip(files);
    }
}
