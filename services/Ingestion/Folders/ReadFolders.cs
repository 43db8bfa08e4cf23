using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.Hosting;
using EquityPlatform.Ingestion.Feeds;

namespace EquityPlatform.Ingestion.Folders;

/// <summary>Whether the watched folders of a district are read.</summary>
internal static class ReadFolders
{
    public static void MapReadFolders(this IEndpointRouteBuilder api) => api.MapGet("/folders", ListAsync)
        .RequireRoles(Roles.DataSteward, Roles.Operator, Roles.Auditor).Produces<IReadOnlyList<WatchedFolder>>().WithSummary("Watched folders: when each was last looked at, how many files wait, what keeps it from being read.");

    static async Task<IResult> ListAsync(Caller caller, TenantDatabase database, CancellationToken cancellation)
    {
        await using var session = await database.OpenAsync(caller.Tenant, cancellation);
        await using var command = session.Command("select source, looked_at, waiting, problem from watched_folder where tenant_id = $1 order by source", caller.Tenant);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var folders = new List<WatchedFolder>();
        while (await reader.ReadAsync(cancellation))
            folders.Add(new(reader.GetString(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetInt32(2), reader.IsDBNull(3) ? null : reader.GetString(3)));
        return TypedResults.Ok<IReadOnlyList<WatchedFolder>>(folders);
    }
}
