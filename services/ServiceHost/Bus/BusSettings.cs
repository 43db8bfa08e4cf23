using Microsoft.Extensions.Configuration;

namespace EquityPlatform.ServiceHost.Bus;

/// <summary>How a service takes part in the bus (section <c>Bus</c>; the broker is <c>ConnectionStrings:RabbitMq</c>).</summary>
internal sealed record BusSettings
{
    const int MostPartitions = 64;

    /// <summary>The broker, or null: then nothing is published, and consumers live by pulling.</summary>
    public Uri? Broker { get; private init; }

    /// <summary>Tenants are spread over this many partitions; the same number in every service.</summary>
    public int Partitions { get; private init; } = 2;

    /// <summary>Topic exchange of the batches.</summary>
    public string Exchange { get; private init; } = "equity.batches";

    /// <summary>Topic exchange of the same batches without all but their <see cref="Contracts.Bus.Notices"/>.</summary>
    public string NoticesExchange => $"{Exchange}.notices";

    /// <summary>Where MassTransit sends them.</summary>
    public Uri NoticesAddress => new($"exchange:{NoticesExchange}?type=topic");

    /// <summary>After so long without a batch a consumer asks its source whether a tail got lost.</summary>
    public TimeSpan IdlePull { get; private init; } = TimeSpan.FromSeconds(5);

    /// <summary>A partition whose holder does not renew is free for another replica after this.</summary>
    public TimeSpan Lease { get; private init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a batch that came too early waits for the one before it, until the gap is healed by pulling.</summary>
    public TimeSpan Reorder { get; private init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>First pause after an event that cannot be applied; later ones are longer, up to <see cref="HaltPause"/>.</summary>
    public TimeSpan RetryPause { get; private init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Pause of a consumer that is halted for a tenant, until it tries again.</summary>
    public TimeSpan HaltPause { get; private init; } = TimeSpan.FromSeconds(30);

    public static BusSettings Read(IConfiguration configuration)
    {
        var section = configuration.GetSection("Bus");
        var defaults = new BusSettings();
        var partitions = section.GetValue("Partitions", defaults.Partitions);
        ArgumentOutOfRangeException.ThrowIfLessThan(partitions, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(partitions, MostPartitions);
        return defaults with
        {
            Broker = configuration.GetConnectionString("RabbitMq") is { Length: > 0 } broker ? new Uri(broker) : null,
            Partitions = partitions,
            Exchange = section["Exchange"] ?? defaults.Exchange,
            IdlePull = section.GetValue("IdlePull", defaults.IdlePull),
            Lease = section.GetValue("Lease", defaults.Lease),
            Reorder = section.GetValue("Reorder", defaults.Reorder),
            RetryPause = section.GetValue("RetryPause", defaults.RetryPause),
            HaltPause = section.GetValue("HaltPause", defaults.HaltPause),
        };
    }

    /// <summary>A tenant's partition: the same in every process and for all time (FNV-1a over UTF-8).</summary>
    public int PartitionOf(string tenant)
    {
        var hash = 2166136261u;
        foreach (var value in System.Text.Encoding.UTF8.GetBytes(tenant))
            hash = (hash ^ value) * 16777619u;
        return (int)(hash % (uint)Partitions);
    }

    public static string RoutingKey(string source, int partition) => FormattableString.Invariant($"{source}.{partition}");
}
