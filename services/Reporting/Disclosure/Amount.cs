namespace EquityPlatform.Reporting.Disclosure;

/// <summary>What one cell counts: students of the group, and the numerator with what is left of the denominator.</summary>
/// <param name="Students">The group's size (N).</param>
/// <param name="Reached">The numerator: students, or ten-thousandths of days attended.</param>
/// <param name="Others">Denominator less numerator.</param>
internal readonly record struct Amount(long Students, long Reached, long Others)
{
    public long Whole => Reached + Others;

    public static Amount operator +(Amount a, Amount b) => new(a.Students + b.Students, a.Reached + b.Reached, a.Others + b.Others);

    public static Amount operator -(Amount a, Amount b) => new(a.Students - b.Students, a.Reached - b.Reached, a.Others - b.Others);
}

/// <summary>How an indicator's numerator can give a student away.</summary>
internal enum Measure
{
    /// <summary>The numerator is the group's size itself; only the group size rule applies.</summary>
    GroupSize,

    /// <summary>Numerator and denominator are students.</summary>
    Students,

    /// <summary>Numerator and denominator are days of attendance.</summary>
    Days,
}
