using System.CommandLine;
using System.Text.RegularExpressions;
using EquityPlatform.AuditTool.Database;
using EquityPlatform.AuditTool.Log;
using EquityPlatform.AuditTool.Verify;
using Npgsql;

namespace EquityPlatform.AuditTool.Commands;

/// <summary>Checks a service's tables, as its operator.</summary>
internal static partial class FsckCommand
{
    public static Command Create()
    {
        var service = new Argument<string>("service") { Description = "The service, which is the schema of its tables: ingestion, indicators, interventions, reporting." };
        var tenant = new Argument<string>("district") { Description = "The district." };
        var database = new Option<string?>("--database") { Description = "Connection string of a role that may read the tables. Better: the variable EQUITY_AUDIT_DATABASE, which other users do not see." };
        var keysOf = new Option<string?>("--student-keys") { Description = "Connection string of the key database (or EQUITY_AUDIT_KEYS): then every destroyed key must have a recorded erasure." };
        var (key, json) = (CommonOptions.Key(), CommonOptions.Json());
        var checkpoint = new Option<FileInfo[]>("--checkpoint", "-c") { Description = "A checkpoint that was kept elsewhere (by a witness, on paper): the log must go on from it." };
        var command = new Command("fsck", "Checks a service's tables row by row against its signed log, and names what was changed. For operators.") { service, tenant, database, keysOf, key, checkpoint, json };
        command.SetAction((parsed, cancellation) => Guard.RunAsync(parsed, async (output, _) =>
        {
            var schema = parsed.GetRequiredValue(service);
            if (!SchemaName().IsMatch(schema))
                throw new UsageException($"'{schema}' is no name of a service.");
            var connection = parsed.GetValue(database) ?? Environment.GetEnvironmentVariable("EQUITY_AUDIT_DATABASE") ?? throw new UsageException("Name the database with --database, or in the variable EQUITY_AUDIT_DATABASE.");
            var keys = CommonOptions.ReadKeys(parsed.GetValue(key) ?? []);
            if (keys.Count == 0)
                throw new UsageException("Give the log's verification key with --key.");
            var kept = (parsed.GetValue(checkpoint) ?? []).Select(file => File.ReadAllText(file.FullName)).ToArray();
            var report = new Report { Source = $"{schema} of {parsed.GetRequiredValue(tenant)}" };
            try
            {
                var present = (parsed.GetValue(keysOf) ?? Environment.GetEnvironmentVariable("EQUITY_AUDIT_KEYS")) is { } keyDatabase
                    ? await StudentKeys.PresentAsync(keyDatabase, parsed.GetRequiredValue(tenant), cancellation) : null;
                await using var source = NpgsqlDataSource.Create(connection);
                await using var log = new DatabaseLog(source, $"\"{schema}\"", parsed.GetRequiredValue(tenant), report);
                await ProgressBar.RunAsync("Checking", () => report.To, progress => new LogVerifier(log, keys, kept, report, progress) { PresentKeys = present }.RunAsync(cancellation));
                await TableChecks.RunAsync(log, $"\"{schema}\"", parsed.GetRequiredValue(tenant), report, cancellation);
            }
            catch (NpgsqlException e)
            {
                throw new SourceException($"The database could not be read: {e.Message}", e);
            }
            return Output.Write(report, parsed.GetValue(json), output);
        }));
        return command;
    }

    [GeneratedRegex("^[a-z_][a-z0-9_]*$")]
    private static partial Regex SchemaName();
}
