using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.Ingestion.Packages;
using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Roster;
using EquityPlatform.Ingestion.SideFiles;
using EquityPlatform.Ingestion.Students;

namespace EquityPlatform.Ingestion.Tests.Model;

/// <summary>
/// 1,000 random sequences of complete packages, changes, cut and spoilt files, replays, holds, releases, refusals and corrections over several school years end as the reference
/// model says: the pure decisions, in memory. A few dozen of them run against the real service (<see cref="ServiceSequenceTests"/>).
/// </summary>
public sealed class SequenceTests
{
    public const int Steps = 10;

    public static TheoryData<int> Blocks => [.. Enumerable.Range(0, 10)];

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Ends_as_the_model_says(int block)
    {
        var seen = new Dictionary<Type, int>();
        for (var seed = block * 100; seed < (block + 1) * 100; seed++)
            Live(seed, seen);
        // A life in which nothing is decided or mended proves nothing about that
        seen.Keys.ShouldBe([typeof(Happening.Comes), typeof(Happening.Decided), typeof(Happening.Corrected)], ignoreOrder: true);
    }

    static void Live(int seed, Dictionary<Type, int> seen)
    {
        var (life, district, state) = (new RandomDistrict(seed), new District(), new Dictionary<(RecordKind, Guid), object>());
        var (held, feeds) = (new Dictionary<int, (Guid Feed, IReadOnlyList<UploadPart> Parts, DateOnly Today)>(), new Dictionary<int, Guid>());
        for (var step = 0; step < Steps; step++)
        {
            var happening = life.Next(step);
            seen[happening.GetType()] = seen.GetValueOrDefault(happening.GetType()) + 1;
            var where = $"seed {seed}, step {step} ({happening.GetType().Name})";
            district.Today = happening.Today;
            switch (happening)
            {
                case Happening.Comes comes:
                    var parts = comes.Package.AsUpload(comes.Side);
                    var fed = district.Feed(parts, comes.Released);
                    fed.Validated.Rejection.ShouldBeNull(where);
                    (fed.Held.Count == 0 || comes.Released).ShouldBe(comes.Applied, $"{where}: {string.Join("; ", fed.Held)}");
                    var total = fed.Plan.Total;
                    total.Read.ShouldBe(total.Accepted + total.Unchanged + total.Quarantined + total.Parked, where);
                    feeds[comes.Seq] = fed.Feed;
                    if (!comes.Applied)
                        held[comes.Seq] = (fed.Feed, parts, comes.Today);
                    Keep(fed);
                    break;
                case Happening.Decided { Released: true } decided:
                    // It is read as on the day on which it came
                    var (feed, package, today) = held[decided.Seq];
                    district.Today = today;
                    Keep(district.Feed(package, released: true, feed));
                    district.Today = happening.Today;
                    break;
                case Happening.Corrected corrected:
                    district.Correct(feeds[corrected.Seq], corrected.File, corrected.Row, corrected.Column, corrected.Value).ShouldBeTrue(where);
                    break;
            }
            while (district.Replay() is { } replay)
                Keep(replay);
            Compare(life.Model, district, state, where);
            // Whatever was applied is no news the second time
            if (happening is Happening.Comes { Applied: true, Released: true } again && step % 3 == 0)
                district.Feed(again.Package.AsUpload(again.Side), released: true, quietly: true).Plan.News.ShouldBeEmpty($"{where}, again");
        }

        void Keep(Fed fed)
        {
            foreach (var news in fed.Plan.News)
                if (news.Event.Data is RecordRemoved)
                    state.Remove((news.Kind, news.Key));
                else
                    state[(news.Kind, news.Key)] = news.Event.Data;
        }
    }

    static void Compare(ReferenceModel model, District district, Dictionary<(RecordKind, Guid), object> state, string where)
    {
        Same(RecordKind.Person, model.Now.Grades, e => ((StudentRecorded)e).Grade);
        Same(RecordKind.Class, model.Now.Classes.ToDictionary(c => c, c => c), e => ((ClassRecorded)e).ClassId);
        Same(RecordKind.Demographics, model.Now.Sexes, e => ((StudentDemographicsRecorded)e).Sex);
        Same(RecordKind.SectionEnrollment, model.Now.Places.ToDictionary(p => p.Key, p => $"{p.Value.Class} {p.Value.Begin:O} {p.Value.End:O}"), e => e is SectionEnrollmentRecorded s ? $"{s.ClassId} {s.BeginDate:O} {s.EndDate:O}" : null);
        Same(RecordKind.Attendance, model.Absences.ToDictionary(a => a.Key.Replace("\n", "\ns1\n", StringComparison.Ordinal), a => a.Value), e => ((AttendanceRecorded)e).Category);
        state.Values.OfType<SchoolEnrollmentDerived>().Where(e => !e.Withdrawn).ToDictionary(e => $"{e.StudentKey} {e.SchoolId} {e.SchoolYear}", e => $"{e.EntryDate:O} {e.ExitDate:O} {e.Grade}")
            .OrderBy(e => e.Key, StringComparer.Ordinal).ShouldBe(model.Stays.ToDictionary(s => $"{district.Person(s.Key.User):N} {s.Key.School} {s.Key.Year}", s => s.Value).OrderBy(e => e.Key, StringComparer.Ordinal), where);

        void Same(RecordKind kind, IReadOnlyDictionary<string, string> expected, Func<object, string?> shown)
        {
            var actual = state.Where(s => s.Key.Item1 == kind).ToDictionary(s => s.Key.Item2, s => shown(s.Value));
            var wanted = expected.ToDictionary(e => district.Keyed.Record(kind, e.Key), e => (string?)e.Value);
            if (actual.Count == wanted.Count && wanted.All(w => actual.TryGetValue(w.Key, out var value) && value == w.Value))
                return;
            var wrong = expected.Where(e => !actual.TryGetValue(district.Keyed.Record(kind, e.Key), out var value) || value != e.Value).Select(e => $"{e.Key}: {actual.GetValueOrDefault(district.Keyed.Record(kind, e.Key))} instead of {e.Value}");
            throw new InvalidOperationException($"{where}: {kind}: {actual.Count} records instead of {wanted.Count}; {string.Join("; ", wrong)}");
        }
    }
}
