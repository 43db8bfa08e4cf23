using EquityPlatform.Contracts.Indicators;

namespace EquityPlatform.Reporting.Disclosure;

/// <summary>The numbers behind the rules, and the two questions every rule asks: is the group too small, does the count tell too much.</summary>
internal static class DisclosureRules
{
    /// <summary>Groups of 1 to 9 students are hidden; so is any sum of hidden groups that a reader could work out.</summary>
    public const int MinimumGroup = 10;

    /// <summary>Fewer than 3 students on either side of a count are hidden: 0 % and 100 % tell about everyone.</summary>
    public const int MinimumCount = 3;

    /// <summary>A hidden group size must leave at least this many other possibilities open.</summary>
    public const int GroupRoom = 5;

    /// <summary>A hidden count must leave at least this many other possibilities open.</summary>
    public const int CountRoom = 3;

    /// <summary>Ten-thousandths in a day.</summary>
    public const long Day = 10_000;

    /// <summary>As they stand in a release's manifest.</summary>
    public static readonly IReadOnlyDictionary<string, int> Published = new SortedDictionary<string, int>(StringComparer.Ordinal)
    {
        ["minimumCount"] = MinimumCount,
        ["minimumGroup"] = MinimumGroup,
    };

    public static Measure MeasureOf(IndicatorDefinition definition) => definition switch
    {
        { Code: "enrollment" } => Measure.GroupSize,
        { Unit: "tenThousandthsOfADay" } => Measure.Days,
        _ => Measure.Students,
    };

    /// <summary>A group of no students needs no protection; sums that go negative (movers) are never safe.</summary>
    public static bool GroupTooSmall(Amount amount) => amount.Students is not 0 and < MinimumGroup;

    /// <summary>True if the amount of a group with students must not be known: the group is too small, or one side of the count is.</summary>
    public static bool CountTellsTooMuch(Measure measure, Amount amount) => amount.Students != 0 && (GroupTooSmall(amount) || measure switch
    {
        Measure.GroupSize => false,
        Measure.Students => amount.Reached < MinimumCount || amount.Others < MinimumCount,
        Measure.Days => DaysTellTooMuch(amount),
        _ => true,
    });

    /// <summary>
    /// Days do not say how many students were absent, so the rule asks what a reader could conclude. Few days missed prove
    /// that fewer than three students can have missed a tenth of an average year (nearly nobody chronically absent: 0 % by
    /// another road); few days attended prove the same of the others. Three whole days on either side at least, always.
    /// </summary>
    static bool DaysTellTooMuch(Amount amount)
    {
        Int128 students = amount.Students, days = amount.Whole, attended = amount.Reached, missed = amount.Others;
        return missed < MinimumCount * Day || attended < MinimumCount * Day
            || missed * students * 10 < MinimumCount * days
            || attended * students * 10 < MinimumCount * 9 * days;
    }

    /// <summary>Room that a hidden numerator of this measure must keep.</summary>
    public static long RoomOf(Measure measure) => measure == Measure.Days ? CountRoom * Day : CountRoom;
}
