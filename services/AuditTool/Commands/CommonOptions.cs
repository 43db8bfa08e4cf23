using System.CommandLine;
using EquityPlatform.AuditTool.Notes;

namespace EquityPlatform.AuditTool.Commands;

/// <summary>Options that several verbs share, and how they are read.</summary>
internal static class CommonOptions
{
    public static Option<string[]> Key() => new("--key", "-k")
    {
        Description = "Verification key of the log (name+id+key), or a file with such keys, a line each. Get it from the district by another way than the file: a letter, its site, an earlier audit. Repeat it for witnesses.",
        AllowMultipleArgumentsPerToken = false,
    };

    public static Option<bool> Json() => new("--json") { Description = "Write the result as JSON, for programs." };

    /// <summary>Keys given as texts or as files with a key a line.</summary>
    /// <exception cref="MalformedException">One is no key.</exception>
    public static IReadOnlyList<VerifierKey> ReadKeys(IEnumerable<string> given)
    {
        var keys = new List<VerifierKey>();
        foreach (var one in given)
            foreach (var line in File.Exists(one) ? File.ReadLines(one) : [one])
                if (line.Length > 0 && line[0] != '#')
                    keys.Add(VerifierKey.Parse(line));
        return keys;
    }
}
