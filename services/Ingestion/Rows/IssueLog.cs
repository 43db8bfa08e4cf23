using System.Globalization;

namespace EquityPlatform.Ingestion.Rows;

/// <summary>Collects issues. Every quarantined row is listed; of equal warnings the first <see cref="Shown"/>, then how many more.</summary>
internal sealed class IssueLog
{
    const int Shown = 50;
    static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>();

    readonly List<RowIssue> issues = [];
    readonly Dictionary<(string File, string? Column, string Code), int> warnings = [];
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
        Add(file, row.Line, column, code, Severity.Quarantined, arguments);
    }

    /// <summary>The row refers to something that may still come: it waits.</summary>
    public void Park(string file, Row row, string? column, string code, params ReadOnlySpan<(string, string)> arguments)
    {
        if (Muted)
            return;
        row.Fate = RowFate.Parked;
        Count(file, row, column, code, Severity.Parked, []);
        Add(file, row.Line, column, code, Severity.Parked, arguments);
    }

    public void Warn(Row row, string file, string? column, string code, params ReadOnlySpan<(string, string)> arguments) => Warn(file, row.Line, row, column, code, arguments);

    public void Warn(string file, int? line, string? column, string code, params ReadOnlySpan<(string, string)> arguments) => Warn(file, line, null, column, code, arguments);

    void Warn(string file, int? line, Row? row, string? column, string code, ReadOnlySpan<(string, string)> arguments)
    {
        if (Muted)
            return;
        Count(file, row, column, code, Severity.Warning, arguments);
        var key = (file, column, code);
        var seen = warnings[key] = warnings.GetValueOrDefault(key) + 1;
        if (seen <= Shown)
            Add(file, line, column, code, Severity.Warning, arguments);
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

    /// <summary>All issues in the order found, with a last one for each kind of warning that was cut short.</summary>
    public IReadOnlyList<RowIssue> Finish()
    {
        foreach (var ((file, column, code), count) in warnings.Where(w => w.Value > Shown).OrderBy(w => w.Key.File, StringComparer.Ordinal).ThenBy(w => w.Key.Code, StringComparer.Ordinal))
            Add(file, null, column, "issues.more", Severity.Warning, ("count", (count - Shown).ToString(CultureInfo.InvariantCulture)), ("code", code));
        warnings.Clear();
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
