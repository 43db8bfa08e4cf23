namespace EquityPlatform.Indicators.Statistics;

/// <summary>
/// A rate pooled over students (days attended over days enrolled) is not a rate of independent days: one student's days hang together.
/// The interval therefore stands on an effective number of trials taken from the spread between students (ratio estimator with
/// linearised variance; degrees of freedom as Korn and Graubard 1998), put into Wilson's formula so that it stays inside [0, 1].
/// </summary>
internal static class ClusteredRate
{
    static readonly double[] StudentT = [.. Enumerable.Range(0, 201).Select(df => df == 0 ? double.PositiveInfinity : MathNet.Numerics.Distributions.StudentT.InvCDF(0, 1, df, 0.975))];

    /// <param name="students">Number of students (clusters).</param>
    /// <param name="units">Units of denominator that make one trial (10000 ten-thousandths are a day).</param>
    /// <param name="squares">Sums over students of numerator², numerator x denominator, denominator².</param>
    public static Proportion Of(long numerator, long denominator, int students, int units, in SquareSums squares)
    {
        var p = (double)numerator / denominator;
        if (students < 2 || numerator == 0 || numerator == denominator)
            return new(p, students);
        var residual = Residual(numerator, denominator, squares);
        var variance = residual * students / (students - 1) / ((double)denominator * denominator);
        var days = (double)denominator / units;
        var effective = variance > 0 ? Math.Min(p * (1 - p) / variance, days) : days;
        var shrink = Interval.Z / TQuantile(students - 1);
        return new(p, Math.Max(effective * shrink * shrink, 1e-3));
    }

    // Sum over students of (a - p d)^2; decimal keeps 28 digits, so the cancellation costs nothing that shows
    static double Residual(long numerator, long denominator, in SquareSums s)
    {
        var p = (decimal)numerator / denominator;
        var residual = (decimal)s.NumeratorSquared - 2 * p * (decimal)s.Product + p * p * (decimal)s.DenominatorSquared;
        return residual > 0.5m ? (double)residual : 0;
    }

    static double TQuantile(int df)
    {
        if (df < StudentT.Length)
            return StudentT[df];
        const double z = Interval.Z;
        return z + (z * z * z + z) / (4 * df);
    }
}

/// <summary>Exact sums over students, so that the order in which students are read cannot change a digit.</summary>
internal readonly record struct SquareSums(Int128 NumeratorSquared, Int128 Product, Int128 DenominatorSquared)
{
    public static SquareSums operator +(SquareSums a, SquareSums b) =>
        new(a.NumeratorSquared + b.NumeratorSquared, a.Product + b.Product, a.DenominatorSquared + b.DenominatorSquared);

    public static SquareSums operator -(SquareSums a, SquareSums b) =>
        new(a.NumeratorSquared - b.NumeratorSquared, a.Product - b.Product, a.DenominatorSquared - b.DenominatorSquared);

    public static SquareSums Of(long numerator, long denominator) =>
        new((Int128)numerator * numerator, (Int128)numerator * denominator, (Int128)denominator * denominator);
}
