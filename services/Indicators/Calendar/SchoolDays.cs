namespace EquityPlatform.Indicators.Calendar;

/// <summary>What a day at a school says about a student who has no attendance row on it.</summary>
internal enum DayRule : byte
{
    /// <summary>Not in session, or outside the declared coverage: the day does not count.</summary>
    NotCounted,

    /// <summary>In session, but silence says nothing.</summary>
    MissingWithoutRow,

    /// <summary>In session under <c>exceptions</c>: silence means present.</summary>
    PresentWithoutRow,
}

/// <summary>The days of one school in one school year, ready to be counted over any span.</summary>
internal sealed class SchoolDays
{
    /// <summary>Weight of a whole day of school.</summary>
    public const int WholeDay = 10_000;

    readonly int first;
    readonly DayRule[] rules;
    readonly int[] weights;
    readonly int[] counted;
    readonly int[] presentByRule;
    readonly int[] presentTime;

    /// <param name="inSession">Days in session, null where nobody said which they are.</param>
    /// <param name="coverage">Declarations, oldest first: on a day covered twice the later one holds.</param>
    /// <param name="silent">True for a school from which not one attendance row came: its silence is not perfect attendance.</param>
    /// <param name="shorter">Weights of the days that are not whole ones.</param>
    public SchoolDays(IReadOnlyList<DateOnly>? inSession, IReadOnlyList<CoverageFact> coverage, bool silent, IReadOnlyDictionary<DateOnly, int>? shorter = null)
    {
        if (inSession is null or { Count: 0 })
            (first, rules, weights) = (0, [], []);
        else
        {
            first = inSession.Min().DayNumber;
            rules = new DayRule[inSession.Max().DayNumber - first + 1];
            weights = new int[rules.Length];
            foreach (var day in inSession)
                (rules[day.DayNumber - first], weights[day.DayNumber - first]) = (Rule(day, coverage, silent), shorter?.GetValueOrDefault(day, WholeDay) ?? WholeDay);
        }
        (counted, presentByRule, presentTime) = (new int[rules.Length + 1], new int[rules.Length + 1], new int[rules.Length + 1]);
        for (var i = 0; i < rules.Length; i++)
        {
            counted[i + 1] = counted[i] + (rules[i] == DayRule.NotCounted ? 0 : 1);
            presentByRule[i + 1] = presentByRule[i] + (rules[i] == DayRule.PresentWithoutRow ? 1 : 0);
            presentTime[i + 1] = presentTime[i] + (rules[i] == DayRule.PresentWithoutRow ? weights[i] : 0);
        }
    }

    /// <summary>False where no day counts at all: no calendar, or no declaration of coverage.</summary>
    public bool Known => counted[^1] > 0;

    public DayRule this[DateOnly day] => day.DayNumber - first is var i && i >= 0 && i < rules.Length ? rules[i] : DayRule.NotCounted;

    /// <summary>Part of a whole day of school, in ten-thousandths, of a day that counts.</summary>
    public int Weight(DateOnly day) => this[day] == DayRule.NotCounted ? 0 : weights[day.DayNumber - first];

    /// <summary>Days that count in [from, to).</summary>
    public int Counted(DateOnly from, DateOnly to) => Between(counted, from, to);

    /// <summary>Days in [from, to) on which a student without a row was present.</summary>
    public int PresentByRule(DateOnly from, DateOnly to) => Between(presentByRule, from, to);

    /// <summary>School time of those days, in ten-thousandths of a whole day.</summary>
    public int PresentTime(DateOnly from, DateOnly to) => Between(presentTime, from, to);

    /// <summary>The days that count in [from, to).</summary>
    public IEnumerable<(DateOnly Day, DayRule Rule, int Weight)> Within(DateOnly from, DateOnly to)
    {
        for (var i = Math.Max(from.DayNumber - first, 0); i < Math.Min(to.DayNumber - first, rules.Length); i++)
            if (rules[i] != DayRule.NotCounted)
                yield return (DateOnly.FromDayNumber(first + i), rules[i], weights[i]);
    }

    int Between(int[] sums, DateOnly from, DateOnly to)
    {
        var (a, b) = (Math.Clamp(from.DayNumber - first, 0, rules.Length), Math.Clamp(to.DayNumber - first, 0, rules.Length));
        return b > a ? sums[b] - sums[a] : 0;
    }

    static DayRule Rule(DateOnly day, IReadOnlyList<CoverageFact> coverage, bool silent)
    {
        for (var i = coverage.Count - 1; i >= 0; i--)
            if (coverage[i].From <= day && day <= coverage[i].To)
                return coverage[i].Exceptions && !silent ? DayRule.PresentWithoutRow : DayRule.MissingWithoutRow;
        return DayRule.NotCounted;
    }
}
