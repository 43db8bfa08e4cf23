using System.CommandLine;
using EquityPlatform.AuditTool.Export;
using EquityPlatform.AuditTool.Live;
using EquityPlatform.AuditTool.Log;
using EquityPlatform.AuditTool.Verify;

namespace EquityPlatform.AuditTool.Commands;

/// <summary>Opens what a person named: an export file or a live address.</summary>
internal static class Sources
{
    const string TokenVariable = "EQUITY_AUDIT_TOKEN";

    public static Option<FileInfo?> Token() => new("--token-file") { Description = $"File with the access token for a live address. Without it the variable {TokenVariable} is used." };

    public static Option<string> Purpose(string byDefault) => new("--purpose")
    {
        Description = "Why you read the events of a live log. The district keeps it in its record of who looked at student records.",
        DefaultValueFactory = _ => byDefault,
    };

    public static Option<string?> From() => new("--from") { Description = "First event: its number, or the date from which on events count (2026-09-01)." };
    public static Option<string?> Until() => new("--until") { Description = "End: the number of the first event that no longer counts, or the date from which on they no longer do." };

    /// <exception cref="SourceException">It cannot be opened.</exception>
    public static ILogSource Open(string what, FileInfo? tokenFile, string purpose, Period period, Report report) =>
        AuditAddress.Is(what) ? Live(what, tokenFile, purpose, period)
            : period == Period.All ? new ExportFile(what, report)
            : throw new UsageException("A file holds the period that was exported; --from and --until are for live addresses.");

    /// <exception cref="UsageException">Not an address.</exception>
    public static LiveLog Live(string address, FileInfo? tokenFile, string purpose, Period period) => AuditAddress.Is(address)
        ? new(new AuditAddress(address, Token(tokenFile)), period, purpose)
        : throw new UsageException($"'{address}' is no address such as https://equity.example.org/api/audit/v1/ingestion/0612345.");

    public static string? Token(FileInfo? file) => file is null ? Environment.GetEnvironmentVariable(TokenVariable) : File.ReadAllText(file.FullName).Trim();
}
