using System.Collections.Concurrent;

namespace EquityPlatform.EdFiServer;

/// <summary>Answers that a real API gives on a bad day.</summary>
/// <param name="Times">How often before it works again.</param>
public sealed record Fault(int Status, int Times, int? RetryAfter = null);

/// <summary>What the server does not do, or does differently, for tests and demos.</summary>
public sealed class Switches
{
    readonly ConcurrentDictionary<string, Fault> faults = new(StringComparer.Ordinal);

    /// <summary>False: no change queries at all (404), as where the feature is off.</summary>
    public bool ChangeQueries { get; set; } = true;

    /// <summary>False: deletes come without <c>keyValues</c>, as before ODS/API 6.1.</summary>
    public bool KeysOfDeletes { get; set; } = true;

    /// <summary>Version of the ODS/API that discovery tells; cursor paging exists from 7.3.</summary>
    public string Version { get; set; } = "7.3";

    public string DataStandard { get; set; } = "5.2.0";
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>True: requests for the snapshot are answered with 410.</summary>
    public bool SnapshotIsGone { get; set; }

    /// <summary>Resources that the key's claim set does not hold (403).</summary>
    public ISet<string> Forbidden { get; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Called before a page is made: resource with suffix (<c>students</c>, <c>students/deletes</c>) and how many pages of it were asked for before.</summary>
    public Action<string, int>? BeforePage { get; set; }

    /// <summary>The next requests for a resource (or <c>token</c>, or <c>*</c> for every page) fail.</summary>
    public void Fail(string what, Fault fault) => faults[what] = fault;

    internal Fault? Take(string what)
    {
        foreach (var name in new[] { what, "*" })
            while (faults.TryGetValue(name, out var fault) && fault.Times > 0)
                if (faults.TryUpdate(name, fault with { Times = fault.Times - 1 }, fault))
                    return fault;
        return null;
    }
}
