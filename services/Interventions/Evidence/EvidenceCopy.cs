using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Indicators;
using EquityPlatform.EventSourcing.Sealed;
using EquityPlatform.Hosting;

namespace EquityPlatform.Interventions;

/// <summary>
/// This service's own copy of a snapshot that the indicators service froze: the canonical JSON of what was fetched, its hash, and
/// the numbers of the one group it is about. Stored in the event, so it cannot change later.
/// </summary>
/// <param name="Sha256">Lower-case hex SHA-256 of the UTF-8 bytes of <paramref name="Canonical"/>; computed here, never taken from a client.</param>
/// <param name="Canonical">RFC 8785 form of the fetched snapshot, unknown members included.</param>
internal sealed record EvidenceCopy(Guid SnapshotId, string Sha256, DateTimeOffset FrozenAt, string FrozenBy, string Indicator, int IndicatorVersion, int SchoolYear,
    string School, string Dimension, string Group, string State, long? Numerator, long? Denominator, int? Students, double? Low, double? High,
    IReadOnlyDictionary<string, long> Positions, IReadOnlyList<string> Derived, string Canonical)
{
    /// <summary>The exact rate, null where there is none to compare.</summary>
    public Rate? Rate() =>
        State is ValueState.Value or ValueState.Zero && Numerator is { } numerator && Denominator is > 0 and { } denominator ? new Rate(numerator, denominator) : null;
}

/// <summary>What was found out about the evidence that a command names, before deciding.</summary>
internal abstract record EvidenceFact
{
    private EvidenceFact() { }

    /// <summary>The command names no snapshot.</summary>
    public sealed record NotNamed : EvidenceFact;

    /// <summary>The indicators service knows no such snapshot.</summary>
    public sealed record Unknown(Guid SnapshotId) : EvidenceFact;

    /// <summary>Fetched, copied and hashed.</summary>
    /// <param name="HigherIsBetter">Direction of the definition, null where neither is better.</param>
    public sealed record Found(EvidenceCopy Copy, bool? HigherIsBetter) : EvidenceFact;

    static readonly JsonSerializerOptions Complete = CompleteOptions();

    /// <summary>Copies and hashes a fetched snapshot.</summary>
    /// <exception cref="JsonException">It lacks what a snapshot must have, or has no canonical form.</exception>
    public static Found Of(JsonElement fetched)
    {
        var snapshot = fetched.Deserialize<EvidenceSnapshot>(Complete) ?? throw new JsonException("The evidence snapshot is null.");
        var canonical = CanonicalJson.Of(fetched);
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));
        var cell = snapshot.Cells.SingleOrDefault(c => c.Indicator == snapshot.Definition.Code && c.Version == snapshot.Definition.Version
            && c.SchoolYear == snapshot.SchoolYear && c.School == snapshot.School && c.Dimension == snapshot.Dimension && c.Group == snapshot.Group);
        return new(new(snapshot.SnapshotId, sha256, snapshot.FrozenAt, snapshot.FrozenBy, snapshot.Definition.Code, snapshot.Definition.Version, snapshot.SchoolYear,
            snapshot.School, snapshot.Dimension, snapshot.Group, cell?.State ?? ValueState.Missing, cell?.Numerator, cell?.Denominator, cell?.Students, cell?.Low, cell?.High,
            snapshot.Positions, snapshot.Derived, canonical), snapshot.Definition.HigherIsBetter);
    }

    static JsonSerializerOptions CompleteOptions()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        JsonSettings.Apply(options);
        return options;
    }
}
