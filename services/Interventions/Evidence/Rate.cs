namespace EquityPlatform.Interventions;

/// <summary>An exact rate. Compared by cross-multiplication: .15/.05 in doubles is not 3.</summary>
internal readonly record struct Rate(long Numerator, long Denominator) : IComparable<Rate>
{
    public const int Whole = 10_000;

    public static Rate TenThousandths(int value) => new(value, Whole);

    public int CompareTo(Rate other) => ((Int128)Numerator * other.Denominator).CompareTo((Int128)other.Numerator * Denominator);

    public bool IsBetterThan(Rate other, bool higherIsBetter) => higherIsBetter ? CompareTo(other) > 0 : CompareTo(other) < 0;

    public bool IsAtLeastAsGoodAs(Rate other, bool higherIsBetter) => !other.IsBetterThan(this, higherIsBetter);

    /// <summary>To the nearest ten-thousandth, half away from zero; for display only.</summary>
    public int Rounded() => (int)(((Int128)Numerator * 2 * Whole + Denominator) / (2 * (Int128)Denominator));
}
