namespace EquityPlatform.Benchmarks;

/// <summary>One benchmark, in a file of its own.</summary>
internal interface IBenchmark
{
    string Name { get; }
    string What { get; }
    Task RunAsync(Bench bench);
}

/// <summary>What a benchmark works with.</summary>
internal sealed record Bench(Servers Servers, Options Options, Report Report)
{
    /// <summary>The size of a benchmark: its own unless the command line gives another.</summary>
    public int Events(int usual) => Options.Events ?? usual;

    /// <summary>Runs several things in turn, round by round, so that a machine that gets slower or faster does so for all; gives each one's median.</summary>
    public async Task<double[]> MediansAsync(params (string What, string Unit, Func<Task<double>> Run)[] things)
    {
        var values = things.Select(_ => new List<double>()).ToArray();
        for (var round = 1; round <= Options.Runs; round++)
            for (var i = 0; i < things.Length; i++)
            {
                var before = Processors.Now();
                var value = await things[i].Run();
                values[i].Add(value);
                Report.Say(FormattableString.Invariant($"  run {round}, {things[i].What}: {value:#,0.##} {things[i].Unit} ({Processors.Now().Since(before)})"));
            }
        return [.. values.Select(Median)];
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The value below which a share of all lies.</summary>
    public static double Quantile(IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        return sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
    }
}
