using EquityPlatform.Contracts.Indicators;
using EquityPlatform.Indicators.Students;

namespace EquityPlatform.Indicators.Definitions;

/// <summary>What one student adds to an indicator.</summary>
internal enum Part : byte
{
    /// <summary>Outside the definition's population, e.g. enrolled for fewer days than it asks for.</summary>
    Outside,

    /// <summary>In the population, but nobody stated what it would take.</summary>
    Unknown,

    Counted,
}

/// <summary>One student's part in a number.</summary>
internal readonly record struct Contribution(Part Part, long Numerator = 0, long Denominator = 0)
{
    public static Contribution Of(long numerator, long denominator) => new(Part.Counted, numerator, denominator);
}

/// <summary>A version of a definition: its text for people and its arithmetic.</summary>
internal abstract class IndicatorRule(IndicatorDefinition definition)
{
    public IndicatorDefinition Definition { get; } = definition;

    public string Code => Definition.Code;

    /// <summary>True where the denominator is every student of the school, not only those of the group.</summary>
    public virtual bool IsShare => false;

    public virtual bool UsesAttendance => true;

    /// <summary>Units of the denominator that make one trial; above 1 a student stands for many trials that hang together.</summary>
    public virtual int UnitsPerTrial => 1;

    public abstract Contribution Of(in AttendanceTally tally);
}
