using System.Globalization;
using System.Runtime.InteropServices;
using Npgsql;

namespace EquityPlatform.Benchmarks;

/// <summary>Where the figures come from: they mean little without it.</summary>
internal static class Machine
{
    static readonly string[] Settings = ["fsync", "synchronous_commit", "full_page_writes", "shared_buffers", "max_wal_size", "checkpoint_timeout", "wal_level", "autovacuum"];

    /// <summary>Load per core from which on the machine is not quiet.</summary>
    const double Quiet = 0.25;

    public static async Task DescribeAsync(Servers servers, Report report)
    {
        var load = double.Parse((await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0], CultureInfo.InvariantCulture);
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e9;
        report.Say(FormattableString.Invariant($"{Environment.ProcessorCount} cores, {memory:0.0} GB, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, load average {load:0.00}"));
        if (load > Quiet * Environment.ProcessorCount)
            report.Say(FormattableString.Invariant($"WARNING: the machine is not quiet (load average {load:0.00}); the figures are lower bounds at best, ratios may be off either way."));
        var postgres = await servers.PostgresAsync();
        await using var database = NpgsqlDataSource.Create(postgres.ConnectionString);
        await using var command = database.CreateCommand("""
            select current_setting('server_version') || ': ' || string_agg(name || '=' || current_setting(name), ', ' order by i)
            from unnest($1) with ordinality s(name, i)
            """);
        command.Parameters.Add(new() { Value = Settings });
        report.Say($"PostgreSQL {await command.ExecuteScalarAsync()}");
    }
}

/// <summary>Processor time used so far: shows what a run costs here and in the servers, and whether something else was running.</summary>
internal sealed record Processors(double Here, double Servers, double Others, double Idle)
{
    static readonly double Tick = 100;

    public static Processors Now()
    {
        var all = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(t => double.Parse(t, CultureInfo.InvariantCulture) / Tick).ToArray();
        var (here, servers) = (0d, 0d);
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(f => char.IsAsciiDigit(Path.GetFileName(f)[0])))
        {
            if (Read(folder) is not { } process)
                continue;
            if (Path.GetFileName(folder) == Environment.ProcessId.ToString(CultureInfo.InvariantCulture))
                here += process.Seconds;
            else if (process.Name is "postgres" or "beam.smp")
                servers += process.Seconds;
        }
        var idle = all[3] + all[4];
        return new(here, servers, all.Take(8).Sum() - idle - here - servers, idle);
    }

    public string Since(Processors before) => FormattableString.Invariant(
        $"processor seconds: here {Here - before.Here:0.0}, PostgreSQL and RabbitMQ {Servers - before.Servers:0.0}, other {Math.Max(0, Others - before.Others):0.0}, idle {Idle - before.Idle:0.0}");

    static (string Name, double Seconds)? Read(string folder)
    {
        try
        {
            var stat = File.ReadAllText(Path.Combine(folder, "stat"));
            var after = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            // Own time and that of children that ended: a server's connections are processes
            return (stat[(stat.IndexOf('(', StringComparison.Ordinal) + 1)..stat.LastIndexOf(')')], after.Skip(11).Take(4).Sum(t => double.Parse(t, CultureInfo.InvariantCulture)) / Tick);
        }
        catch (IOException) // it ended meanwhile
        {
            return null;
        }
    }
}
