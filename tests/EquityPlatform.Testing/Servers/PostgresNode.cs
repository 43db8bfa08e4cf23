using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Npgsql;

namespace EquityPlatform.Testing.Servers;

/// <summary>A PostgreSQL server of one test run, started privately from installed binaries, durable as in production (fsync on).</summary>
public sealed class PostgresNode : IAsyncDisposable
{
    readonly string? folder;
    readonly string? binaries;
    readonly string? container;
    readonly NpgsqlConnectionStringBuilder address;
    Process? process;
    string[] settings = [];

    PostgresNode(NpgsqlConnectionStringBuilder address, string? folder, string? binaries, string? container)
    {
        this.address = address;
        this.folder = folder;
        this.binaries = binaries;
        this.container = container;
    }

    /// <summary>Connection string of the superuser to the database <c>postgres</c>.</summary>
    public string ConnectionString => address.ConnectionString;

    /// <summary>Process id of the server; null where it is not ours.</summary>
    public int? ProcessId => folder is not null && File.Exists(PidFile) && int.TryParse(File.ReadLines(PidFile).FirstOrDefault(), out var pid) ? pid : null;

    /// <summary>Folder of a private server's data.</summary>
    public string DataFolder => Path.Combine(folder ?? throw new InvalidOperationException("Only a private server's folder is known."), "data");

    string PidFile => Path.Combine(folder!, "data", "postmaster.pid");
    string Output => Path.Combine(folder!, "postgres.log");

    /// <summary><c>EQUITY_TEST_POSTGRES</c> if set, else a private server, else a container.</summary>
    public static async Task<PostgresNode> GetAsync() =>
        Environment.GetEnvironmentVariable("EQUITY_TEST_POSTGRES") is { Length: > 0 } given
            ? new(new(given), null, null, null)
            : await StartPrivateAsync();

    /// <summary>A server of one's own, for tests that stop or kill it.</summary>
    /// <param name="settings">Further settings, <c>name=value</c>; a container keeps its own.</param>
    public static async Task<PostgresNode> StartPrivateAsync(params string[] settings)
    {
        if (FindBinaries() is not { } binaries)
            return Docker.IsThere
                ? await StartContainerAsync()
                : throw new InvalidOperationException("No PostgreSQL for the tests: install it (Debian: postgresql), or set EQUITY_TEST_POSTGRES to a superuser's connection string, or start Docker.");
        var folder = Directory.CreateTempSubdirectory("equity-pg-").FullName;
        var password = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        var address = new NpgsqlConnectionStringBuilder { Host = "127.0.0.1", Port = Programs.FreePort(), Username = "equity", Password = password, Database = "postgres", IncludeErrorDetail = true, Timeout = 5 };
        var node = new PostgresNode(address, folder, binaries, null) { settings = settings };
        var passwordFile = Path.Combine(folder, "password");
        await File.WriteAllTextAsync(passwordFile, password);
        if (Programs.IsRoot) // PostgreSQL refuses to run as root
            await Programs.RunAsync("/bin/chown", ["-R", "postgres", folder]);
        await node.RunAsServerUserAsync("initdb", "-D", Path.Combine(folder, "data"), "-U", "equity", "-A", "scram-sha-256", "--pwfile", passwordFile, "-E", "UTF8", "--locale", "C.UTF-8", "--lc-collate", "C", "--no-sync");
        Programs.EndWithThisProcess(node.PidFile, folder);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => node.Signal(Programs.Quit);
        await node.StartAsync();
        return node;
    }

    /// <summary>Starts the server (again) and waits until it answers.</summary>
    public async Task StartAsync()
    {
        if (container is not null)
            await Programs.RunAsync("docker", ["start", container]);
        else
        {
            string[] server = [Path.Combine(Controlled(), "postgres"), "-D", Path.Combine(folder!, "data"), "-p", address.Port.ToString(CultureInfo.InvariantCulture), "-c", "listen_addresses=127.0.0.1",
                "-c", $"unix_socket_directories={folder}", "-c", "max_connections=300", "-c", "fsync=on", "-c", "shared_buffers=128MB", "-c", "max_wal_size=1GB",
                .. settings.SelectMany(setting => (string[])["-c", setting])];
            await Eventually.Async(async () =>
            {
                if (process is null or { HasExited: true }) // after a kill the old one's children may hold the shared memory for a moment
                    process = Programs.IsRoot
                        ? Programs.Start("/usr/sbin/runuser", ["-u", "postgres", "--", .. server], Output)
                        : Programs.Start(server[0], server[1..], Output);
                await PingAsync();
                return true;
            }, TimeSpan.FromSeconds(60), $"PostgreSQL starts (see {Output})");
        }
        NpgsqlConnection.ClearAllPools();
    }

    /// <summary>Stops it in good order (fast shutdown).</summary>
    public Task StopAsync() => EndAsync(Programs.Interrupt);

    /// <summary>Kills the postmaster as a power cut would (<c>kill -9</c>).</summary>
    public Task KillAsync() => EndAsync(Programs.Kill);

    async Task EndAsync(int signal)
    {
        if (container is not null)
        {
            await Programs.RunAsync("docker", signal == Programs.Kill ? ["kill", container] : ["stop", container]);
            return;
        }
        Controlled();
        Signal(signal);
        if (process is not null)
            await process.WaitForExitAsync();
        process = null;
    }

    /// <summary>Makes a new database with its three roles (<see cref="TestRoles"/>) and gives the superuser's connection string to it.</summary>
    /// <param name="tablespace">Where its files lie, if not in the server's own folder.</param>
    /// <param name="name">For a restored database, whose roles must have the names they had; else made up.</param>
    public async Task<string> CreateDatabaseAsync(string? tablespace = null, string? name = null)
    {
        name ??= $"equity_{Guid.NewGuid():N}";
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"create database {name} template template0{(tablespace is null ? "" : $" tablespace {tablespace}")}", connection);
        await command.ExecuteNonQueryAsync();
        var made = new NpgsqlConnectionStringBuilder(ConnectionString) { Database = name }.ConnectionString;
        await using var roles = new NpgsqlCommand(TestRoles.Sql(made), connection);
        await roles.ExecuteNonQueryAsync();
        return made;
    }

    /// <summary>What <c>pg_dump</c> writes of a database.</summary>
    public Task<string> DumpAsync(string connectionString, params string[] options) => RunClientAsync("pg_dump", connectionString, options);

    /// <summary>Loads an archive of <c>pg_dump -Fc</c> into an empty database.</summary>
    public Task RestoreAsync(string connectionString, string archive) => RunClientAsync("pg_restore", connectionString, "--exit-on-error", "--single-transaction", archive);

    static Task<string> RunClientAsync(string program, string connectionString, params string[] options)
    {
        var address = new NpgsqlConnectionStringBuilder(connectionString);
        return Programs.RunAsync(FindBinaries() is { } found ? Path.Combine(found, program) : program,
            ["-h", address.Host!, "-p", address.Port.ToString(CultureInfo.InvariantCulture), "-U", address.Username!, "-d", address.Database!, .. options],
            new Dictionary<string, string> { ["PGPASSWORD"] = address.Password ?? "", ["PGCLIENTENCODING"] = "UTF8" });
    }

    /// <summary>Drops a database with its roles' connections, and its tablespace if it had one of its own.</summary>
    public async Task DropAsync(string database)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        var name = new NpgsqlConnectionStringBuilder(database).Database;
        await using var space = new NpgsqlCommand($"select spcname from pg_database d join pg_tablespace t on t.oid = d.dattablespace where datname = '{name}' and spcname <> 'pg_default'", connection);
        var own = await space.ExecuteScalarAsync() as string;
        await using var drop = new NpgsqlCommand($"drop database {name} with (force)", connection);
        await drop.ExecuteNonQueryAsync();
        if (own is null)
            return;
        await using var tablespace = new NpgsqlCommand($"drop tablespace {own}", connection);
        await tablespace.ExecuteNonQueryAsync();
    }

    /// <summary>False once a private server has ended.</summary>
    public bool IsRunning => process is { HasExited: false };

    async Task PingAsync()
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
    }

    string Controlled() => binaries ?? throw new InvalidOperationException("This server was given by EQUITY_TEST_POSTGRES; only a private one can be stopped.");

    bool Signal(int signal) =>
        folder is not null && File.Exists(PidFile) && int.TryParse(File.ReadLines(PidFile).FirstOrDefault(), out var pid) && Programs.Signal(pid, signal);

    Task<string> RunAsServerUserAsync(string program, params string[] arguments) =>
        Programs.IsRoot
            ? Programs.RunAsync("/usr/sbin/runuser", ["-u", "postgres", "--", Path.Combine(binaries!, program), .. arguments])
            : Programs.RunAsync(Path.Combine(binaries!, program), arguments);

    static string? FindBinaries()
    {
        var versions = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql") : [];
        return versions.OrderByDescending(v => int.TryParse(Path.GetFileName(v), out var n) ? n : 0).Select(v => Path.Combine(v, "bin"))
            .Append(Path.GetDirectoryName(Programs.OnPath("postgres"))).FirstOrDefault(b => b is not null && File.Exists(Path.Combine(b, "postgres")));
    }

    static async Task<PostgresNode> StartContainerAsync()
    {
        var password = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        var (id, port) = await Docker.RunAsync("postgres:16", [5432], ("POSTGRES_USER", "equity"), ("POSTGRES_PASSWORD", password));
        var node = new PostgresNode(new() { Host = "127.0.0.1", Port = port, Username = "equity", Password = password, Database = "postgres", Timeout = 5 }, null, null, id);
        await node.StartAsync();
        await Eventually.Async(async () =>
        {
            await node.PingAsync();
            return true;
        }, TimeSpan.FromSeconds(90), "PostgreSQL answers in its container");
        return node;
    }

    public async ValueTask DisposeAsync()
    {
        if (container is not null)
            await Docker.RemoveAsync(container);
        else if (folder is not null)
        {
            await EndAsync(Programs.Quit);
            Directory.Delete(folder, recursive: true);
        }
    }
}
