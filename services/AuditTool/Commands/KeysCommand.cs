using System.CommandLine;

namespace EquityPlatform.AuditTool.Commands;

/// <summary>Explains keys, and shows what is in one.</summary>
internal static class KeysCommand
{
    public static Command Create()
    {
        var key = new Argument<string[]>("key") { Description = "Verification keys, or files with them.", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("keys", "Explains where verification keys come from, and shows whether one is whole.") { key };
        command.SetAction((parsed, _) => Guard.RunAsync(parsed, async (output, _) =>
        {
            var keys = CommonOptions.ReadKeys(parsed.GetValue(key) ?? []);
            foreach (var one in keys)
                await output.WriteLineAsync($"{one.Name}: {(one.Type == Notes.VerifierKey.Signs ? "signs a log" : "cosigns as a witness")}, id {one.Id:x8}, whole");
            if (keys.Count == 0)
                await output.WriteLineAsync("""
                    A verification key is one line: name+id+key. Its name is the log's: host/audit/service/district. It is public.
                    An operator prints it with 'deploy/eq audit-log SERVICE keys'; a service hands it out under .../vkey.
                    Take it by a way that does not pass through whoever you check: a signed letter, a board's minutes, last year's audit.
                    After a rotation there are two for a while, and each checkpoint bears a signature of both; keep the old one to check old files.
                    Private keys never leave the district's server; that of a witness never leaves the office.
                    """);
            return Exit.Valid;
        }));
        return command;
    }
}
