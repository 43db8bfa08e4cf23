using System.Diagnostics;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;

namespace EquityPlatform.Testing.Servers;

/// <summary>A RabbitMQ broker of one test run with its management API: own node name, ports, folders and port mapper (epmd).</summary>
public sealed class RabbitNode : IAsyncDisposable
{
    readonly HttpClient? management;
    readonly string? folder;
    readonly string? container;
    readonly Dictionary<string, string> environment = [];
    Process? epmd;
    Process? process;

    RabbitNode(Uri address, Uri? managementAddress, string? folder, string? container)
    {
        Address = address;
        this.folder = folder;
        this.container = container;
        if (managementAddress is null)
            return;
        management = new() { BaseAddress = managementAddress, Timeout = TimeSpan.FromSeconds(10) };
        management.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(address.UserInfo))));
    }

    /// <summary><c>amqp://user:password@host:port/vhost</c></summary>
    public Uri Address { get; }

    /// <summary>The management API, for looking at queues and closing connections. Null where the given broker has none.</summary>
    public HttpClient? Management => management;

    /// <summary>Everything the broker keeps: data, logs, settings. Null where it was given.</summary>
    public string? Folder => folder;

    string PidFile => Path.Combine(folder!, "rabbit.pid");
    string Output => Path.Combine(folder!, "rabbit.log");

    /// <summary><c>EQUITY_TEST_RABBITMQ</c> (and <c>EQUITY_TEST_RABBITMQ_MANAGEMENT</c>) if set, else a private broker, else a container.</summary>
    public static async Task<RabbitNode> GetAsync() =>
        Environment.GetEnvironmentVariable("EQUITY_TEST_RABBITMQ") is { Length: > 0 } given
            ? new(new(given), Environment.GetEnvironmentVariable("EQUITY_TEST_RABBITMQ_MANAGEMENT") is { Length: > 0 } api ? new(api) : null, null, null)
            : await StartPrivateAsync();

    /// <summary>A broker of one's own, for tests that stop or kill it.</summary>
    public static async Task<RabbitNode> StartPrivateAsync()
    {
        if (FindServer() is null || Programs.OnPath("epmd") is null)
            return Docker.IsThere
                ? await StartContainerAsync()
                : throw new InvalidOperationException("No RabbitMQ for the tests: install it (Debian: rabbitmq-server), or set EQUITY_TEST_RABBITMQ to an amqp:// address, or start Docker.");
        var folder = Directory.CreateTempSubdirectory("equity-mq-").FullName;
        var password = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        int port = Programs.FreePort(), api = Programs.FreePort(), distribution = Programs.FreePort(), mapper = Programs.FreePort();
        var node = new RabbitNode(new($"amqp://equity:{password}@127.0.0.1:{port}/"), new($"http://127.0.0.1:{api}/api/"), folder, null);
        await File.WriteAllTextAsync(Path.Combine(folder, "rabbitmq.conf"), $"""
            listeners.tcp.1 = 127.0.0.1:{port}
            management.tcp.ip = 127.0.0.1
            management.tcp.port = {api}
            default_user = equity
            default_pass = {password}
            loopback_users = none
            disk_free_limit.absolute = 50MB
            log.console = false
            """);
        await File.WriteAllTextAsync(Path.Combine(folder, "enabled_plugins"), "[rabbitmq_management].");
        foreach (var (name, value) in ((string, string)[])[
            ("HOME", folder), ("RABBITMQ_NODENAME", $"equity-{port}@localhost"), ("RABBITMQ_DIST_PORT", $"{distribution}"), ("ERL_EPMD_PORT", $"{mapper}"), ("ERL_EPMD_ADDRESS", "127.0.0.1"),
            ("RABBITMQ_MNESIA_BASE", Path.Combine(folder, "data")), ("RABBITMQ_LOG_BASE", Path.Combine(folder, "log")), ("RABBITMQ_PID_FILE", Path.Combine(folder, "rabbit.pid")),
            ("RABBITMQ_CONFIG_FILE", Path.Combine(folder, "rabbitmq.conf")), ("RABBITMQ_ENABLED_PLUGINS_FILE", Path.Combine(folder, "enabled_plugins")), ("RABBITMQ_CONF_ENV_FILE", Path.Combine(folder, "none")),
            ("RABBITMQ_ALLOW_INPUT", "1"), // the script replaces itself by the broker, so its pid is the broker's
            ("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-noinput +sbwt none +sbwtdcpu none +sbwtdio none")])
            node.environment[name] = value;
        node.epmd = Programs.Start(Programs.OnPath("epmd")!, ["-port", $"{mapper}", "-address", "127.0.0.1"], Path.Combine(folder, "epmd.log"), node.environment);
        var mapperPid = Path.Combine(folder, "epmd.pid");
        await File.WriteAllTextAsync(mapperPid, $"{node.epmd.Id}\n");
        Programs.EndWithThisProcess(mapperPid, folder);
        Programs.EndWithThisProcess(node.PidFile, folder);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => node.KillAll();
        await node.StartAsync();
        return node;
    }

    /// <summary>Starts the broker (again) and waits until it serves.</summary>
    public async Task StartAsync()
    {
        if (container is not null)
            await Programs.RunAsync("docker", ["start", container]);
        else
            await Eventually.Async(async () =>
            {
                if (process is null or { HasExited: true })
                {
                    process = Programs.Start(FindServer()!, [], Output, environment);
                    await File.WriteAllTextAsync(PidFile, $"{process.Id}\n");
                }
                return await ServesAsync();
            }, TimeSpan.FromSeconds(120), $"RabbitMQ starts (see {Output})");
    }

    /// <summary>Stops it in good order.</summary>
    public Task StopAsync() => EndAsync(Programs.Terminate);

    /// <summary>Kills it as a power cut would (<c>kill -9</c>).</summary>
    public Task KillAsync() => EndAsync(Programs.Kill);

    async Task EndAsync(int signal)
    {
        if (container is not null)
        {
            await Programs.RunAsync("docker", signal == Programs.Kill ? ["kill", container] : ["stop", container]);
            return;
        }
        if (folder is null)
            throw new InvalidOperationException("This broker was given by EQUITY_TEST_RABBITMQ; only a private one can be stopped.");
        if (process is null)
            return;
        Programs.Signal(process.Id, signal);
        await process.WaitForExitAsync();
        process = null;
    }

    /// <summary>Makes a virtual host and gives the address of it; the broker's own one where it has no management API.</summary>
    public async Task<Uri> CreateVirtualHostAsync()
    {
        if (management is null)
            return Address;
        var name = $"t{Guid.NewGuid():N}";
        (await management.PutAsJsonAsync($"vhosts/{name}", new { })).EnsureSuccessStatusCode();
        var user = Uri.UnescapeDataString(Address.UserInfo).Split(':')[0];
        (await management.PutAsJsonAsync($"permissions/{name}/{user}", new { configure = ".*", write = ".*", read = ".*" })).EnsureSuccessStatusCode();
        return new UriBuilder(Address) { Path = name }.Uri;
    }

    public async Task DeleteVirtualHostAsync(Uri address)
    {
        if (management is not null && address.AbsolutePath.Length > 1)
            await management.DeleteAsync(new Uri($"vhosts{address.AbsolutePath}", UriKind.Relative));
    }

    /// <summary>Cuts every client's connection, as a network would.</summary>
    public async Task CloseConnectionsAsync(Uri virtualHost)
    {
        var connections = await management!.GetFromJsonAsync<List<Connection>>($"vhosts{virtualHost.AbsolutePath}/connections") ?? [];
        foreach (var connection in connections)
            await management!.DeleteAsync(new Uri($"connections/{Uri.EscapeDataString(connection.Name)}", UriKind.Relative));
    }

    /// <summary>Runs <c>rabbitmqctl</c> on this broker: alarms, connections.</summary>
    public Task<string> ControlAsync(params string[] arguments) =>
        Programs.RunAsync(File.Exists(PlainControl) ? PlainControl : Programs.OnPath("rabbitmqctl")!, arguments, environment);

    /// <summary>Whether a memory or disk alarm holds up publishers.</summary>
    public async Task<bool> IsAlarmedAsync()
    {
        using var answer = System.Text.Json.JsonDocument.Parse(await management!.GetStringAsync(new Uri("nodes", UriKind.Relative)));
        return answer.RootElement.EnumerateArray().Any(node => node.GetProperty("mem_alarm").GetBoolean() || node.GetProperty("disk_free_alarm").GetBoolean());
    }

    async Task<bool> ServesAsync()
    {
        using var answer = await management!.GetAsync(new Uri("vhosts", UriKind.Relative));
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(Address.Host, Address.Port);
        return answer.IsSuccessStatusCode;
    }

    const string PlainControl = "/usr/lib/rabbitmq/bin/rabbitmqctl";

    /// <summary>Debian's own wrapper would switch to the user rabbitmq, whose folders these are not.</summary>
    static string? FindServer() => File.Exists("/usr/lib/rabbitmq/bin/rabbitmq-server") ? "/usr/lib/rabbitmq/bin/rabbitmq-server" : Programs.OnPath("rabbitmq-server");

    static async Task<RabbitNode> StartContainerAsync()
    {
        var password = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        var (id, port) = await Docker.RunAsync("rabbitmq:4-management", [5672, 15672], ("RABBITMQ_DEFAULT_USER", "equity"), ("RABBITMQ_DEFAULT_PASS", password));
        var node = new RabbitNode(new($"amqp://equity:{password}@127.0.0.1:{port}/"), new($"http://127.0.0.1:{await Docker.PortAsync(id, 15672)}/api/"), null, id);
        await Eventually.Async(node.ServesAsync, TimeSpan.FromSeconds(120), "RabbitMQ answers in its container");
        return node;
    }

    void KillAll()
    {
        if (process is { HasExited: false } broker)
            Programs.Signal(broker.Id, Programs.Kill);
        if (epmd is { HasExited: false } mapper)
            Programs.Signal(mapper.Id, Programs.Kill);
    }

    public async ValueTask DisposeAsync()
    {
        management?.Dispose();
        if (container is not null)
            await Docker.RemoveAsync(container);
        if (folder is null)
            return;
        await KillAsync();
        KillAll();
        await Eventually.Async(() =>
        {
            Directory.Delete(folder, recursive: true);
            return true;
        }, because: "the broker's folder can be deleted");
    }

    sealed record Connection(string Name);
}
