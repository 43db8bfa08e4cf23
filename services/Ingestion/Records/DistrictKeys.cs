using EquityPlatform.EventSourcing.Sealed;

namespace EquityPlatform.Ingestion.Records;

/// <summary>
/// The key of a district's blind index and content hashes: random, in the key database like the students' keys, so that a change of the master key
/// wraps it anew and no hash changes.
/// </summary>
internal sealed class DistrictKeys(SubjectKeys keys)
{
    const string Subject = "district";
    const string Category = "index";

    public async Task<Keyed> ForAsync(string tenant, string source, CancellationToken cancellation) =>
        new((await keys.EnsureAsync(tenant, Category, Subject, cancellation)).Derive("equity/ingestion/index"), tenant, source);
}
