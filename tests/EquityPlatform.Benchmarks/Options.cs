using System.Globalization;

namespace EquityPlatform.Benchmarks;

/// <summary>The command line.</summary>
/// <param name="Events">Another size than the benchmark's own, for trying things out.</param>
internal sealed record Options(IReadOnlyList<string> Names, bool List, bool Json, int? Events, int Runs)
{
    /// <summary>Null, and a line of help on the error output, if it cannot be understood.</summary>
    public static Options? Read(string[] args, IReadOnlyList<string> known)
    {
        var names = new List<string>();
        var options = new Options(names, false, false, null, 3);
        for (var i = 0; i < args.Length; i++)
            switch (args[i])
            {
                case "--list": options = options with { List = true }; break;
                case "--json": options = options with { Json = true }; break;
                case "--events" when Number(args, ++i) is { } events: options = options with { Events = events }; break;
                case "--runs" when Number(args, ++i) is { } runs: options = options with { Runs = runs }; break;
                case var name when known.Contains(name): names.Add(name); break;
                default:
                    Console.Error.WriteLine($"Names: {string.Join(", ", known)}. Options: --list, --json, --events N (another size than the target's), --runs N (3).");
                    return null;
            }
        return options;
    }

    static int? Number(string[] args, int at) =>
        at < args.Length && int.TryParse(args[at], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;
}
