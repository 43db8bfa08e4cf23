namespace EquityPlatform.Ingestion.EdFi.Connector;

/// <summary>Section <c>Ingestion:EdFi</c> of the configuration.</summary>
internal sealed record EdFiSettings
{
    /// <summary>Secrets by <c>{tenant}:{source}</c> (as environment variable <c>Ingestion__EdFi__Secrets__{tenant}__{source}</c>).</summary>
    public Dictionary<string, Dictionary<string, string>> Secrets { get; init; } = [];

    /// <summary>Folder of secret files, <c>{tenant}/{source}</c>, where <see cref="Secrets"/> names none.</summary>
    public string? SecretFolder { get; init; }

    /// <summary>True lets addresses of the own network be read. Off: a steward must not make the service call what only the service can reach.</summary>
    public bool AllowPrivateAddresses { get; init; }

    /// <summary>First pause after a failed request; doubled with each further one, with jitter.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often a request is tried before its resource counts as failed.</summary>
    public int Tries { get; init; } = 6;

    /// <summary>How often the schedule is looked at.</summary>
    public TimeSpan Look { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>An unfinished reading older than this is started over.</summary>
    public TimeSpan Stale { get; init; } = TimeSpan.FromHours(12);

    /// <summary>The secret of a source's key, or null if none is configured.</summary>
    public string? SecretOf(string tenant, string source)
    {
        if (Secrets.GetValueOrDefault(tenant)?.GetValueOrDefault(source) is { Length: > 0 } secret)
            return secret;
        // Both names are checked where they enter: letters, digits and hyphens
        var file = SecretFolder is null ? null : Path.Combine(SecretFolder, tenant, source);
        return file is not null && File.Exists(file) ? File.ReadAllText(file).Trim() : null;
    }
}
