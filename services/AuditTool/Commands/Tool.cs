using System.CommandLine;

namespace EquityPlatform.AuditTool.Commands;

/// <summary>The tool as it is called from a shell.</summary>
internal static class Tool
{
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        var root = new RootCommand("""
            Checks the history that a district's equity platform keeps: that no event was changed, removed, added or moved since it was signed.
            Exit codes: 0 all in order, 1 something was changed or is missing, 2 the command was not understood, 3 it could not be checked.
            """)
        {
            VerifyCommand.Create(),
            ExportCommand.Create(),
            ProveCommand.Create(),
            FsckCommand.Create(),
            ReplayCommand.Create(),
            DiffCommand.Create(),
            WitnessCommand.Create(),
            KeysCommand.Create(),
        };
        var parsed = root.Parse(args);
        var code = await parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        return parsed.Errors.Count > 0 ? Exit.Usage : code;
    }
}
