using System.Data.Common;
using Npgsql;

namespace EquityPlatform.ServiceHost.Database;

/// <summary>Tells the servers' trouble (try again, nothing is wrong with the event) from an event's.</summary>
internal static class Outage
{
    public static bool Is(Exception e) => e switch
    {
        // Connection, resources, intervention and system errors, serialization and deadlock, lock timeout
        PostgresException p => p.SqlState is ['0', '8', ..] or ['5', '3' or '7' or '8', ..] or ['4', '0', ..] or "55P03",
        NpgsqlException or DbException or TimeoutException or IOException or HttpRequestException or ObjectDisposedException => true,
        _ => false,
    };
}
