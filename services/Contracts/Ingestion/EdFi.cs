namespace EquityPlatform.Contracts.Ingestion;

/// <summary>Asks for an Ed-Fi API to be read as a source. The secret of the key is never sent here: it is put into the service's configuration.</summary>
/// <param name="BaseAddress">Root of the ODS/API, where its discovery document lies.</param>
/// <param name="KeyId">Client id of the key (its claim set decides what can be read).</param>
/// <param name="EveryMinutes">Interval of the schedule, 5 to 43200; null: only when asked for.</param>
/// <param name="UseSnapshot">Read from the API's snapshot; for APIs that have one.</param>
/// <param name="Descriptors">Meanings of the district's own descriptor values, by the whole value.</param>
public sealed record ConfigureEdFiSource(string BaseAddress, string KeyId, int? EveryMinutes = null, bool UseSnapshot = false, IReadOnlyDictionary<string, string>? Descriptors = null);

/// <summary>Asks for a source to be read now.</summary>
/// <param name="Complete">Everything anew, not only what changed.</param>
public sealed record RunEdFiSource(bool Complete = false);

/// <summary>An Ed-Fi API that is read, and how far.</summary>
/// <param name="HasSecret">False: nobody has put the key's secret into the configuration yet.</param>
/// <param name="State"><c>idle</c>, <c>due</c> or <c>reading</c>.</param>
public sealed record EdFiSource(string Source, string BaseAddress, string KeyId, bool HasSecret, int? EveryMinutes, bool UseSnapshot, IReadOnlyDictionary<string, string> Descriptors, DateTimeOffset ConfiguredAt, string ConfiguredBy,
    string State, DateTimeOffset? DueAt, EdFiRun? LastRun, IReadOnlyList<EdFiResource> Resources);

/// <summary>The last attempt to read a source.</summary>
/// <param name="Outcome"><c>stored</c> (a feed was made), <c>unchanged</c>, <c>partly</c> (a feed was made, but a resource could not be read), <c>waiting</c> (for the feed before it) or the code of a fault.</param>
/// <param name="To">Last change version that was read; null where the API tracks no changes.</param>
public sealed record EdFiRun(DateTimeOffset StartedAt, DateTimeOffset EndedAt, string Outcome, bool Complete, long? To, Guid? FeedId, long Items);

/// <summary>One resource of a source.</summary>
/// <param name="Outcome"><c>read</c>, <c>forbidden</c> (the key's claim set lacks it), <c>absent</c> (this API does not have it) or <c>failed</c>.</param>
/// <param name="Version">Last change version of a feed that was stored.</param>
public sealed record EdFiResource(string Resource, string Outcome, long? Version, long Items, DateTimeOffset ReadAt);
