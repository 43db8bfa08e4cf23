using System.Text;
using System.Text.RegularExpressions;
using EquityPlatform.Ingestion.Packages;
using EquityPlatform.Ingestion.Records;

namespace EquityPlatform.Ingestion.Tests.Model;

/// <summary>
/// Random lives, each lived twice: once as it is, once with a source that gives everybody known another id at some step, after which files name them by new ids. With the ids linked, both leave
/// the same records, step by step: packages that were held before and rows that were set aside come with the old ids still.
/// </summary>
public sealed partial class RekeyedLifeTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(200)]
    public void Leaves_the_records_that_it_would_have_left_anyway(int first)
    {
        var renamed = 0;
        for (var seed = first; seed < first + 30; seed++)
            renamed += Live(seed);
        renamed.ShouldBeGreaterThan(500);
    }

    /// <summary>How many got another id.</summary>
    static int Live(int seed)
    {
        var (life, plainly, rekeyed, change) = (new RandomDistrict(seed), new District(), new District(), 1 + (seed % (SequenceTests.Steps - 1)));
        var (held, feeds) = (new Dictionary<int, (Guid Feed, IReadOnlyList<UploadPart> Parts, IReadOnlyList<UploadPart> Renamed, DateOnly Today)>(), new Dictionary<int, Guid>());
        HashSet<string> known = [];
        for (var step = 0; step < SequenceTests.Steps; step++)
        {
            if (step == change)
            {
                known = [.. rekeyed.Ids];
                foreach (var id in known)
                    rekeyed.Keyed.Link(rekeyed.Keyed.Record(RecordKind.Person, Other(id)), rekeyed.Keyed.Record(RecordKind.Person, id));
            }
            var (happening, where) = (life.Next(step), $"seed {seed}, step {step}");
            switch (happening)
            {
                case Happening.Comes comes:
                    var parts = comes.Package.AsUpload(comes.Side);
                    var renamed = Renamed(comes.Package, known).AsUpload([.. comes.Side.Select(s => (s.Name, Renamed(s.Text, known)))]);
                    feeds[comes.Seq] = Both(happening.Today, (d, isRenamed) => d.Feed(isRenamed ? renamed : parts, comes.Released)).Feed;
                    if (!comes.Applied)
                        held[comes.Seq] = (feeds[comes.Seq], parts, renamed, comes.Today);
                    break;
                case Happening.Decided { Released: true } decided:
                    var (feed, one, other, today) = held[decided.Seq];
                    Both(today, (d, isRenamed) => d.Feed(isRenamed ? other : one, released: true, feed));
                    break;
                case Happening.Corrected corrected:
                    Both(happening.Today, (d, _) => d.Correct(feeds[corrected.Seq], corrected.File, corrected.Row, corrected.Column, corrected.Value)).ShouldBeTrue(where);
                    break;
            }
            for (var more = true; more;)
                more = Both(happening.Today, (d, _) => d.Replay() is not null);
            What(rekeyed).ShouldBe(What(plainly), where);
        }
        return known.Count;

        T Both<T>(DateOnly today, Func<District, bool, T> act)
        {
            (plainly.Today, rekeyed.Today) = (today, today);
            var plain = act(plainly, false);
            var other = act(rekeyed, true);
            if (plain is Fed one && other is Fed two)
                two.Held.ShouldBe(one.Held);
            return plain;
        }
    }

    /// <summary>Every record, without what is random and without the sealed identity: that holds the id.</summary>
    static List<string> What(District district) => [.. district.Records.Where(r => r.Key.Kind is not (RecordKind.Identity or RecordKind.SchoolEnrollment))
        .Select(r => $"{r.Key.Kind} {r.Key.Key} {r.Value.Removed} {r.Value.File} {r.Value.Row} {r.Value.Facts} {r.Value.Memory} {r.Value.Modified:O}")
        .Concat(district.Records.Where(r => r.Key.Kind == RecordKind.SchoolEnrollment).Select(r => $"{r.Value.Removed} {r.Value.Facts} {r.Value.Memory}"))
        .Order(StringComparer.Ordinal)];

    static byte[] Renamed(byte[] package, HashSet<string> known) =>
        known.Count == 0 ? package : TestData.Zip(TestData.Unzip(package).Select(f => KeyValuePair.Create(f.Key, Encoding.UTF8.GetBytes(Renamed(Encoding.UTF8.GetString(f.Value), known)))));

    static string Renamed(string text, HashSet<string> known) => Id().Replace(text, id => known.Contains(id.Value) ? Other(id.Value) : id.Value);

    static string Other(string id) => "w" + id[1..];

    /// <summary>An id of a person that fills a field.</summary>
    [GeneratedRegex("(?<=[\n,])u[0-9]+(?=,)")]
    private static partial Regex Id();
}
