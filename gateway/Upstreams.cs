namespace EquityPlatform.Gateway;

/// <summary>Where the site and the services are (section <c>Services</c>): name to base address.</summary>
internal sealed record Upstreams(IReadOnlyDictionary<string, string> Addresses)
{
    public const string Web = "web";

    /// <summary>Services with an API, in the order in which people meet them.</summary>
    public static readonly IReadOnlyList<string> Services = ["ingestion", "indicators", "interventions", "reporting"];

    public static Upstreams Read(IConfiguration configuration) => new(configuration.GetSection("Services").GetChildren()
        .Where(entry => !string.IsNullOrWhiteSpace(entry.Value))
        .ToDictionary(entry => entry.Key, entry => entry.Value!.TrimEnd('/') + "/", StringComparer.OrdinalIgnoreCase));

    /// <summary>Services that this installation has.</summary>
    public IEnumerable<string> Present => Services.Where(Addresses.ContainsKey);
}
