using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace EquityPlatform.EventSourcing.Tests;

/// <summary>The group's decision without a database.</summary>
public sealed class GroupPlanTests
{
    static readonly DateTimeOffset Now = new(2026, 9, 1, 8, 0, 0, TimeSpan.Zero);

    /// <summary>A random run of appends over few streams, ids and commands, so that conflicts and repeats are common.</summary>
    static readonly Arbitrary<(int Stream, int Expected, int Event, int Text, int Command, bool EndsGroup)[]> Runs = Arb.From(
        (from stream in Gen.Choose(0, 2)
         from expected in Gen.Choose(-1, 4)
         from id in Gen.Choose(1, 25)
         from text in Gen.Choose(0, 1)
         from command in Gen.Choose(-6, 6)
         from end in Gen.Choose(0, 3)
         select (stream, expected, id, text, command, end == 0)).ArrayOf());

    [Fact]
    public void How_appends_fall_into_groups_changes_neither_answers_nor_log() =>
        Prop.ForAll(Runs, run =>
        {
            var grouped = new ModelLog();
            var single = new ModelLog();
            var group = new List<PreparedAppend>();
            foreach (var (stream, expected, id, text, command, ends) in run)
            {
                PreparedAppend Make() => Prepared($"s{stream}", new(expected), id, $"{text}", command);
                single.Append([Make()]);
                group.Add(Make());
                if (!ends)
                    continue;
                grouped.Append(group);
                group = [];
            }
            grouped.Append(group);
            return grouped.Answers.SequenceEqual(single.Answers) && grouped.Rows.SequenceEqual(single.Rows) && single.IsWellFormed;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Positions_of_a_partly_held_append_go_to_its_new_events_only()
    {
        var log = new ModelLog();
        log.Append([Prepared("s", ExpectedVersion.NoStream, 1, "x", 0)]);
        var both = new PreparedAppend(new("a", "s", "t", ExpectedVersion.Any, [], new("u")), [Event(1, "x"), Event(2, "y")]);
        log.Append([both]);
        log.Answers[1].ShouldBe(new AppendResult.Appended(2, 2, 2));
    }

    [Theory]
    [InlineData("noted/2", true)]
    [InlineData("counted/1", false)]
    public void A_repeat_in_a_newer_form_of_its_type_is_a_repeat(string alias, bool repeated)
    {
        var facts = new GroupFacts { LastPosition = 1, LastTimestamp = Now };
        var again = new PreparedAppend(new("a", "s", "t", ExpectedVersion.Any, [], new("u")), [Event(1, "new form") with { Alias = alias }]);
        facts.Events[again.Events[0]] = new(1, 1, "s", "noted/1", SameJson: false);
        var result = new GroupPlan([again], facts, Now).Results.Single();
        if (repeated)
            result.ShouldBe(new AppendResult.Repeated(1, 1, 1));
        else
            result.ShouldBeOfType<AppendResult.AppendRefused>().Code.ShouldBe("event.id-reused");
    }

    static PreparedEvent Event(int id, string text) => new(new(new Guid(id, 0, 0, new byte[8]), text), "noted/1", "T, A", Encoding.UTF8.GetBytes($"\"{text}\""), null);

    static PreparedAppend Prepared(string stream, ExpectedVersion expected, int id, string text, int command) =>
        new(new("a", stream, "t", expected, [], new("u"), command > 0 ? new Guid(command, 1, 0, new byte[8]) : null), [Event(id, text)]);

    /// <summary>A log in memory that gives the plan the same facts as the database would.</summary>
    sealed class ModelLog
    {
        readonly Dictionary<Guid, HeldCommand> commands = [];
        DateTimeOffset last;

        public List<AppendResult> Answers { get; } = [];
        public List<(long Position, string Stream, long Version, Guid Id, string Json)> Rows { get; } = [];

        public bool IsWellFormed =>
            Rows.Select(r => r.Position).SequenceEqual(Enumerable.Range(1, Rows.Count).Select(i => (long)i))
            && Rows.GroupBy(r => r.Stream).All(s => s.Select(r => r.Version).SequenceEqual(Enumerable.Range(1, s.Count()).Select(i => (long)i)))
            && Rows.Select(r => r.Id).Distinct().Count() == Rows.Count;

        public void Append(List<PreparedAppend> group)
        {
            var facts = new GroupFacts { LastPosition = Rows.Count, LastTimestamp = last };
            foreach (var stream in Rows.GroupBy(r => r.Stream))
                facts.Versions[("a", stream.Key)] = stream.Max(r => r.Version);
            foreach (var (id, answer) in commands)
                facts.Commands[("a", id)] = answer;
            foreach (var e in group.SelectMany(a => a.Events))
                foreach (var row in Rows.Where(r => r.Id == e.Id))
                    facts.Events[e] = new(row.Position, row.Version, row.Stream, "noted/1", Encoding.UTF8.GetString(e.Json) == row.Json);
            var plan = new GroupPlan(group, facts, Now);
            Answers.AddRange(plan.Results);
            Rows.AddRange(plan.Events.Select(e => (e.Position, e.Append.Append.StreamId, e.Version, e.Event.Id, Encoding.UTF8.GetString(e.Event.Json))));
            foreach (var (_, id, answer) in plan.Commands)
                commands[id] = answer;
            last = plan.LastTimestamp;
        }
    }
}
