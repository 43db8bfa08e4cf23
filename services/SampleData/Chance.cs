using System.Numerics;

namespace EquityPlatform.SampleData;

/// <summary>
/// Random numbers that depend on nothing but the seed and on what they are for (a pupil, a pupil's day), so that any part of a district can be made again at any time,
/// in any order, without keeping it in memory. SplitMix64, mixed once per key.
/// </summary>
internal struct Chance
{
    ulong state;

    public static Chance Of(ulong seed, Purpose what, long first = 0, long second = 0, long third = 0)
    {
        var state = Mix(seed + ((ulong)what * 0x9E3779B97F4A7C15));
        state = Mix(state ^ (ulong)first);
        state = Mix(state ^ BitOperations.RotateLeft((ulong)second, 21));
        return new() { state = Mix(state ^ BitOperations.RotateLeft((ulong)third, 42)) };
    }

    public ulong Next() => Mix(state += 0x9E3779B97F4A7C15);

    /// <summary>In [0, 1).</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1L << 53));

    public bool Is(double probability) => Unit() < probability;

    /// <summary>0 to <paramref name="bound"/> - 1.</summary>
    public int Below(int bound) => (int)(Unit() * bound);

    /// <summary>Standard normal (Box and Muller).</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Unit())) * Math.Cos(2 * Math.PI * Unit());

    /// <summary>Index drawn with the given weights.</summary>
    public int Choose(ReadOnlySpan<double> weights)
    {
        var total = 0.0;
        foreach (var weight in weights)
            total += weight;
        var left = Unit() * total;
        for (var i = 0; i < weights.Length; i++)
            if ((left -= weights[i]) < 0)
                return i;
        return weights.Length - 1;
    }

    /// <summary>Gamma with the given shape and scale 1 (Marsaglia and Tsang 2000).</summary>
    public double Gamma(double shape)
    {
        if (shape < 1)
            return Gamma(shape + 1) * Math.Pow(1 - Unit(), 1 / shape);
        var d = shape - (1.0 / 3);
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var x = Normal();
            var v = Math.Pow(1 + (c * x), 3);
            if (v > 0 && Math.Log(1 - Unit()) < (0.5 * x * x) + d - (d * v) + (d * Math.Log(v)))
                return d * v;
        }
    }

    /// <summary>Poisson, for the small means of counts per pupil and year.</summary>
    public int Poisson(double mean)
    {
        var (count, limit, product) = (0, Math.Exp(-Math.Min(mean, 500)), Unit());
        for (; product > limit; count++)
            product *= Unit();
        return count;
    }

    static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}

/// <summary>What random numbers are for. The numbers of the members are part of every district ever made: never change one.</summary>
internal enum Purpose
{
    Seat = 1,
    Stay = 2,
    Pupil = 3,
    Attendance = 4,
    Discipline = 5,
    Assessment = 6,
    Algebra = 7,
    Section = 8,
    Staff = 9,
    Key = 10,
    Survey = 11,
    Tutoring = 12,
}
