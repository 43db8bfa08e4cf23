using System.CommandLine;
using EquityPlatform.AuditTool.Log;
using EquityPlatform.AuditTool.Notes;

namespace EquityPlatform.AuditTool.Commands;

/// <summary>The command cannot be carried out as it was written.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>Turns what can go wrong into a sentence and an exit code.</summary>
internal static class Guard
{
    public static async Task<int> RunAsync(ParseResult parsed, Func<TextWriter, TextWriter, Task<int>> work)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        try
        {
            return await work(output, error);
        }
        catch (UsageException e)
        {
            await error.WriteLineAsync(e.Message);
            return Exit.Usage;
        }
        catch (MalformedException e)
        {
            await error.WriteLineAsync(e.Message);
            return Exit.Usage;
        }
        catch (Exception e) when (e is SourceException or IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync($"It could not be checked. {e.Message}");
            return Exit.NotChecked;
        }
    }
}
