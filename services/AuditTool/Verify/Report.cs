namespace EquityPlatform.AuditTool.Verify;

/// <summary>Something that is wrong.</summary>
/// <param name="Code">Stable, for programs.</param>
/// <param name="Index">The event it is about, counted from 0; null if it is about no event.</param>
/// <param name="EventId">The event's id, if it is known.</param>
/// <param name="Message">For people.</param>
internal sealed record Fault(string Code, long? Index, string? EventId, string Message);

/// <summary>Who signed, and how often.</summary>
internal sealed record Signer(string Key, bool Trusted, bool Witness, long Signatures, DateTimeOffset? Last);

/// <summary>What was looked at, and what was found.</summary>
internal sealed class Report
{
    /// <summary>More faults are counted, not kept.</summary>
    public const int Most = 100;

    readonly List<Fault> faults = [];
    readonly List<string> notes = [];

    public string Source { get; set; } = "";
    public string? Origin { get; set; }
    public long From { get; set; }
    public long To { get; set; }
    public long Size { get; set; }
    public string? Root { get; set; }
    public string? FirstRecorded { get; set; }
    public string? LastRecorded { get; set; }
    public long Events { get; set; }
    public long Tiles { get; set; }
    public long Checkpoints { get; set; }
    public long ErasedParts { get; set; }

    /// <summary>Of the sealed parts here, those whose key was destroyed behind the period, as erasures say that came along.</summary>
    public long ErasedLater { get; set; }
    public IReadOnlyList<Signer> Signers { get; set; } = [];
    public IReadOnlyList<string> Notes => notes;
    public IReadOnlyList<Fault> Faults => [.. faults.OrderBy(fault => fault.Index ?? long.MaxValue)];
    public long FaultCount { get; private set; }
    public bool Valid => FaultCount == 0;

    public void Add(string code, string message, long? index = null, string? eventId = null)
    {
        if (FaultCount++ < Most)
            faults.Add(new(code, index < 0 ? null : index, eventId, message));
    }

    public void Note(string text) => notes.Add(text);
}
