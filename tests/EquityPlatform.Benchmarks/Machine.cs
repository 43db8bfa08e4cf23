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
