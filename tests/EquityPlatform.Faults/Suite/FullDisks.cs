using System.Globalization;
using EquityPlatform.Faults.Running;
using EquityPlatform.Testing;
using EquityPlatform.Testing.Servers;
using Npgsql;

namespace EquityPlatform.Faults.Suite;

/// <summary>The database's disk is full: clients get a clean 503, and once there is room the log goes on as if nothing had been.</summary>
static class FullDisks
{
    const int TablesMegabytes = 48;
    const int WalMegabytes = 96;

    public static IEnumerable<Fault> All =>
    [
        new("disk-full-of-tables", 12, TablesAsync) { Apart = OnSmallTablespaceAsync },
        new("disk-full-of-wal", 12, WalAsync) { Apart = WithSmallWalAsync },
    ];

    static async Task<Place> OnSmallTablespaceAsync(Servers servers)
    {
        var (disk, reason) = await SmallDisk.TryMountAsync(TablesMegabytes);
        if (disk is null)
            return new(servers, null, null, reason);
        var folder = Directory.CreateDirectory(Path.Combine(disk.Folder, "tables")).FullName;
        if (Programs.IsRoot)
            await Programs.RunAsync("/bin/chown", ["postgres", folder]);
        await using var connection = new NpgsqlConnection(servers.Postgres.ConnectionString);
        await connection.OpenAsync();
        var name = $"small_{Guid.NewGuid():N}";
        await using var command = new NpgsqlCommand($"create tablespace {name} location '{folder}'", connection);
        await command.ExecuteNonQueryAsync();
        return new(servers, await servers.Postgres.CreateDatabaseAsync(name), disk, null);
    }

    static async Task<string> TablesAsync(RunningRig rig, Random random)
    {
        var before = rig.Load.Troubles.Count;
        rig.Disk!.Fill();
        await RefusedAsync(rig, before);
        var refused = rig.Load.Troubles.Count - before;
        rig.Disk.Free();
        return string.Create(CultureInfo.InvariantCulture, $"tables, {refused} answers 503 database.unavailable");
    }

    /// <summary>A server of its own whose write-ahead log lies on a small disk.</summary>
    static async Task<Place> WithSmallWalAsync(Servers servers)
    {
        var (disk, reason) = await SmallDisk.TryMountAsync(WalMegabytes);
        if (disk is null)
            return new(servers, null, null, reason);
        var own = await PostgresNode.StartPrivateAsync("max_wal_size=48MB", "min_wal_size=32MB", "wal_recycle=off");
        await own.StopAsync();
        var (here, there) = (Path.Combine(own.DataFolder, "pg_wal"), Path.Combine(disk.Folder, "pg_wal"));
        await Programs.RunAsync("/bin/cp", ["-a", here, there]);
        Directory.Delete(here, recursive: true);
        File.CreateSymbolicLink(here, there);
        await own.StartAsync();
        return new(new(own, servers.Rabbit), await own.CreateDatabaseAsync(), disk, null) { OwnPostgres = own };
    }

    /// <summary>Without room for its write-ahead log the server gives up altogether; a supervisor starts it again until there is room.</summary>
    static async Task<string> WalAsync(RunningRig rig, Random random)
    {
        var before = rig.Load.Troubles.Count;
        rig.Disk!.Fill();
        await Eventually.Async(async () =>
        {
            if (!rig.Servers.Postgres.IsRunning)
                return true;
            await rig.Reader.ExecuteAsync("select pg_switch_wal()"); // no need to write megabytes to come to the end of a file
            return false;
        }, TimeSpan.FromSeconds(40), "the server gives up");
        await RefusedAsync(rig, before);
        var refused = rig.Load.Troubles.Count - before;
        rig.Disk.Free();
        await rig.Servers.Postgres.StartAsync();
        return string.Create(CultureInfo.InvariantCulture, $"write-ahead log, server gone, {refused} answers 503");
    }

    /// <summary>Every answer is 503 with the stable code, none a bare 500.</summary>
    static async Task RefusedAsync(RunningRig rig, int before)
    {
        await Eventually.Async(() => rig.Load.Troubles.Count >= before + 10, because: "clients are refused");
        if (rig.Load.Troubles.Skip(before).FirstOrDefault(answer => answer != "503 database.unavailable") is { } other)
            throw new UncleanException($"a full disk was answered with '{other}', not with 503 database.unavailable");
    }
}

/// <summary>Where a fault's rig lies, if not on the lane's servers.</summary>
sealed record Place(Servers Servers, string? Database, SmallDisk? Disk, string? Impossible) : IAsyncDisposable
{
    public PostgresNode? OwnPostgres { get; init; }

    public async ValueTask DisposeAsync()
    {
        if (OwnPostgres is not null)
            await OwnPostgres.DisposeAsync();
        else if (Database is not null)
            await Servers.Postgres.DropAsync(Database);
        if (Disk is not null)
            await Disk.DisposeAsync();
    }
}

/// <summary>The clients were told something else than they should.</summary>
sealed class UncleanException(string what) : Exception($"CLEAN: {what}");
