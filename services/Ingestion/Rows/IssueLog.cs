using System.Globalization;
using System.Runtime.InteropServices;

namespace EquityPlatform.Ingestion.Rows;

/// <summary>
/// Collects issues. Of equal warnings the first <see cref="Shown"/> are listed, of rows that are set aside for one reason the first <see cref="Listed"/>, then how many more; all are counted.
/// However bad a file is, what is kept of it in memory is bounded.
/// </summary>
internal sealed class IssueLog
{
    const int Shown = 50, Listed = 20_000, Most = 100_000;
    static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>();

    readonly List<RowIssue> issues = [];
    readonly Dictionary<(string File, string? Column, string Code), int> listed = [], more = [];
    readonly Dictionary<(string File, string Code), FindingTally> tallies = [];

    /// <summary>On the second reading of the same rows nothing is found anew.</summary>
    public bool Muted { get; set; }

    /// <summary>The rejection of the whole batch, if any.</summary>
    public RowIssue? Rejection { get; private set; }

    /// <summary>Equal findings, counted: all of them, also where only the first are listed.</summary>
    public IReadOnlyCollection<FindingTally> Tallies => tallies.Values;

    public void RejectBatch(string file, string code, params ReadOnlySpan<(string, string)> arguments)
    {
        if (Rejection is not null)
            return;
        Count(file, null, null, code, Severity.BatchRejected, []);
        Rejection = Add(file, null, null, code, Severity.BatchRejected, arguments);
    }

    public void RejectFile(string file, int? row, string? column, string code, params ReadOnlySpan<(string, string)> arguments)
    {
        Count(file, null, column, code, Severity.FileRejected, []);
        Add(file, row, column, code, Severity.FileRejected, arguments);
    }

    public void Quarantine(string file, Row row, string? column, string code, params ReadOnlySpan<(string, string)> arguments)
    {
        if (Muted)
            return;
        row.Fate = RowFate.Quarantined;
        Count(file, row, column, code, Severity.Quarantined, []);
        List(Listed, file, row.Line, null, column, code, Severity.Quarantined, arguments);
    }

    /// <summary>The row refers to something that may still come: it waits. False if there are too many like it to keep them all.</summary>
    public bool Park(string file, Row row, string? column, string code, params ReadOnlySpan<(string, string)> arguments)
    {
        if (Muted)
            return false;
        row.Fate = RowFate.Parked;
        Count(file, row, column, code, Severity.Parked, []);
        return List(Listed, file, row.Line, null, column, code, Severity.Parked, arguments);
    }

    public void Warn(Row row, string file, string? column, string code, params ReadOnlySpan<(string, string)> arguments) => Warn(file, row.Line, row, column, code, arguments);

    public void Warn(string file, int? line, string? column, string code, params ReadOnlySpan<(string, string)> arguments) => Warn(file, line, null, column, code, arguments);

    void Warn(string file, int? line, Row? row, string? column, string code, ReadOnlySpan<(string, string)> arguments)
    {
        if (Muted)
            return;
        Count(file, row, column, code, Severity.Warning, arguments);
        List(Shown, file, line, column, column, code, Severity.Warning, arguments);
    }

    /// <summary>Lists the first ones of a kind and counts the others.</summary>
    bool List(int first, string file, int? line, string? same, string? column, string code, string severity, ReadOnlySpan<(string, string)> arguments)
    {
        ref var seen = ref CollectionsMarshal.GetValueRefOrAddDefault(listed, (file, same, code), out _);
        if (++seen <= first && issues.Count < Most)
        {
            Add(file, line, column, code, severity, arguments);
            return true;
        }
        ref var left = ref CollectionsMarshal.GetValueRefOrAddDefault(more, (file, same, code), out _);
        left++;
        return false;
    }

    /// <summary>A finding that says how often it was met counts as often.</summary>
    void Count(string file, Row? row, string? column, string code, string severity, ReadOnlySpan<(string Name, string Value)> arguments)
    {
        var times = 1;
        foreach (var (name, value) in arguments)
            if (name == "count" && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var stated))
                times = stated;
        if (!tallies.TryGetValue((file, code), out var tally))
            tallies.Add((file, code), tally = new(file, code, severity));
        tally.Add(times, column, row);
    }

    /// <summary>All issues in the order found, with a last one for each kind that was cut short.</summary>
    public IReadOnlyList<RowIssue> Finish()
    {
        foreach (var ((file, column, code), count) in more.OrderBy(w => w.Key.File, StringComparer.Ordinal).ThenBy(w => w.Key.Code, StringComparer.Ordinal))
            Add(file, null, column, "issues.more", Severity.Warning, ("count", count.ToString(CultureInfo.InvariantCulture)), ("code", code));
        more.Clear();
        return issues;
    }

    RowIssue Add(string file, int? row, string? column, string code, string severity, params ReadOnlySpan<(string Name, string Value)> arguments)
    {
        var named = None;
        if (arguments.Length > 0)
        {
            var dictionary = new Dictionary<string, string>(arguments.Length);
            foreach (var (name, value) in arguments)
                dictionary[name] = value;
            named = dictionary;
        }
        var issue = new RowIssue(file, row, column, code, severity, IssueTexts.Sentence(code, named), named);
        issues.Add(issue);
        return issue;
    }
}
