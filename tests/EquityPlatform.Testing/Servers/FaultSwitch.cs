using System.Globalization;
using System.Text.Json;

namespace EquityPlatform.Testing.Servers;

/// <summary>What a process wrote down at the moment in which its fault struck.</summary>
sealed record Struck(string Id, string Point, string Action, string? About, int Pid);

/// <summary>Arms faults in the processes of the rig and reads where they struck (see services/EventSourcing/Faults).</summary>
sealed class FaultSwitch(string folder)
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    int number;

    public string Folder => folder;

    /// <summary>The next process that arrives at the point acts: <c>kill</c>, <c>stop</c>, <c>delay</c> (milliseconds), <c>throw</c>, <c>wait</c> (until <see cref="Release"/>).</summary>
    public string Arm(string point, string action, int nth = 1, int argument = 0, string? about = null)
    {
        var id = $"{++number:000}-{point}";
        var file = Path.Combine(folder, $"{id}.arming");
        File.WriteAllText(file, string.Create(CultureInfo.InvariantCulture, $"{point} {action} {nth} {argument} {about ?? "-"}"));
        File.Move(file, Path.Combine(folder, $"{id}.armed"));
        return id;
    }

    /// <summary>Waits until the fault has struck; a run that misses its window fails.</summary>
    public async Task<Struck> StruckAsync(string id, TimeSpan? within = null)
    {
        try
        {
            Struck? found = null;
            await Eventually.Async(() => (found = History().FirstOrDefault(struck => struck.Id == id)) is not null, within ?? TimeSpan.FromSeconds(30));
            return found!;
        }
        catch (TimeoutException)
        {
            throw new MissedException($"nobody arrived at {id[4..]}");
        }
    }

    /// <summary>Takes a fault back that has not struck yet; false if it has.</summary>
    public bool Disarm(string id)
    {
        try
        {
            File.Move(Path.Combine(folder, $"{id}.armed"), Path.Combine(folder, $"{id}.withdrawn"));
            return true;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Lets the one go that waits.</summary>
    public void Release(string id) => File.WriteAllText(Path.Combine(folder, $"{id}.released"), "");

    public IReadOnlyList<Struck> History()
    {
        var file = Path.Combine(folder, "history.jsonl");
        return File.Exists(file)
            ? [.. File.ReadAllText(file).Split('\n').SkipLast(1).Select(line => JsonSerializer.Deserialize<Struck>(line, Json)!)]
            : [];
    }
}

/// <summary>The fault did not strike where it was meant to: the run proves nothing, and so it fails.</summary>
sealed class MissedException(string what) : Exception($"MISSED: {what}");
