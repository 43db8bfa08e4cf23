using System.Text.Json;
using EquityPlatform.AuditTool.Commands;

namespace EquityPlatform.AuditTool.Tests;

/// <summary>Runs the tool as a shell does.</summary>
internal static class Shell
{
    public static async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await Tool.RunAsync(args, output, error);
        return (code, output.ToString(), error.ToString());
    }

    public static async Task<(int Code, JsonElement Report, string Text)> ReportAsync(params string[] args)
    {
        var (code, output, error) = await RunAsync([.. args, "--json"]);
        return output.StartsWith('{') ? (code, JsonDocument.Parse(output).RootElement.GetProperty("report").Clone(), output + error) : (code, default, output + error);
    }

    public static JsonElement First(this JsonElement report) => report.GetProperty("faults")[0];
    public static string Code(this JsonElement fault) => fault.GetProperty("code").GetString()!;
    public static IEnumerable<string> Codes(this JsonElement report) => report.GetProperty("faults").EnumerateArray().Select(Code);
}
