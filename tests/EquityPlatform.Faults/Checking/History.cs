using System.Text.Json;

namespace EquityPlatform.Faults.Checking;

/// <summary>What the sender of a command knows of its fate.</summary>
enum Fate { Sent, Acknowledged, Unknown, Refused }

/// <summary>One command as it was sent, and what came back last.</summary>
/// <param name="Events">Published events; as many again stay inside if <paramref name="Inside"/>.</param>
/// <param name="First">Positions answered, where acknowledged.</param>
sealed record Sent(Guid Command, string Tenant, string Stream, int Number, int Events, bool Inside, string Text, Fate Fate, long First = 0, long Last = 0, string? Answer = null)
{
    public int Stored => Inside ? Events * 2 : Events;
}

/// <summary>Every command of a run, kept in memory and line by line in a file that outlives the run.</summary>
sealed class History : IDisposable
{
    readonly Lock sync = new();
    readonly Dictionary<Guid, Sent> commands = [];
    readonly StreamWriter file;

    public History(string path) => file = new(path) { AutoFlush = true };

    public void Write(Sent sent)
    {
        lock (sync)
        {
            // An answer stands: what was once acknowledged stays so
            if (commands.TryGetValue(sent.Command, out var before) && before.Fate is Fate.Acknowledged)
                return;
            commands[sent.Command] = sent;
            file.WriteLine(JsonSerializer.Serialize(sent));
        }
    }

    public IReadOnlyList<Sent> All
    {
        get
        {
            lock (sync)
                return [.. commands.Values];
        }
    }

    public int Count(Fate fate)
    {
        lock (sync)
            return commands.Values.Count(sent => sent.Fate == fate);
    }

    public int Acknowledged(string tenant)
    {
        lock (sync)
            return commands.Values.Count(sent => sent.Fate is Fate.Acknowledged && sent.Tenant == tenant);
    }

    public void Dispose() => file.Dispose();
}
