using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using EquityPlatform.Contracts;
using EquityPlatform.EventSourcing.Sealed;
using EquityPlatform.Ingestion;
using EquityPlatform.Testing;
using Npgsql;

namespace EquityPlatform.Benchmarks;

/// <summary>The ingestion service as a process of its own on an empty database, without a broker: its memory and processor time are its own.</summary>
internal sealed class IngestionProcess : IAsyncDisposable
{
    const string Tenant = "bench-district";
    readonly Process process;
    readonly NpgsqlDataSource database;
    readonly HttpClient client;
    readonly string folder;

    IngestionProcess(Process process, NpgsqlDataSource database, HttpClient client, string folder) => (this.process, this.database, this.client, this.folder) = (process, database, client, folder);

    public TimeSpan Spent
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Largest resident memory since its start, in bytes.</summary>
    public long PeakMemory
    {
        get
        {
            process.Refresh();
            return process.PeakWorkingSet64;
        }
    }

    public static async Task<IngestionProcess> StartAsync(Servers servers)
    {
        var node = await servers.PostgresAsync();
        var connection = await node.CreateDatabaseAsync();
        var roles = TestRoles.Of(connection);
        await roles.MigrateAsync(IngestionService.Definition);
        await KeySchema.MigrateAsync(roles.Owner, TestRoles.NameOf(roles.Service), CancellationToken.None);
        var (folder, address) = (Directory.CreateTempSubdirectory("equity-bench-").FullName, $"http://127.0.0.1:{FreePort()}");
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "EquityPlatform.Ingestion.dll")]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (key, value) in new Dictionary<string, string?>(roles.Settings)
        {
            ["urls"] = address,
            ["Identity:Mode"] = "Demo",
            ["Identity:KeyFile"] = DemoTokens.KeyFile,
            ["ConnectionStrings:Keys"] = roles.Service,
            ["Sealing:MasterKeyFile"] = Path.Combine(folder, "master.key"),
            ["Services:indicators"] = "http://127.0.0.1:1",
            ["Services:interventions"] = "http://127.0.0.1:1",
            ["Services:reporting"] = "http://127.0.0.1:1",
        })
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        var process = Process.Start(start) ?? throw new InvalidOperationException("dotnet does not start.");
        process.OutputDataReceived += Show;
        process.ErrorDataReceived += Show;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var client = new HttpClient { BaseAddress = new(address), Timeout = TimeSpan.FromMinutes(10) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", DemoTokens.For(Roles.DataSteward, Tenant));
        await Eventually.Async(async () => await AnswersAsync(client), TimeSpan.FromSeconds(60));
        return new(process, NpgsqlDataSource.Create(connection), client, folder);

        static void Show(object sender, DataReceivedEventArgs line)
        {
            if (line.Data?.Contains("loaded in", StringComparison.Ordinal) == true)
                Console.Error.WriteLine($"  {line.Data.Trim()}");
        }
    }

    static async Task<bool> AnswersAsync(HttpClient client)
    {
        try
        {
            return (await client.GetAsync("/health/live")).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // not yet
        }
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Uploads a package and waits until it is applied; gives the time from the first byte on.</summary>
    public async Task<TimeSpan> FeedAsync(Stream package)
    {
        var clock = Stopwatch.StartNew();
        using var body = new StreamContent(package) { Headers = { ContentType = new("application/zip") } };
        using var answer = await client.PostAsync("/api/ingestion/v1/feeds", body);
        answer.EnsureSuccessStatusCode();
        var feed = JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("feedId").GetGuid();
        for (var state = ""; state != "applied"; await Task.Delay(200))
        {
            // A long feed outlives a token
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", DemoTokens.For(Roles.DataSteward, Tenant));
            var now = JsonElement.Parse(await client.GetStringAsync($"/api/ingestion/v1/feeds/{feed}"));
            state = now.GetProperty("state").GetString();
            if (state is "rejected" or "held")
                throw new InvalidOperationException($"The feed is {state}: {now}");
        }
        return clock.Elapsed;
    }

    public async Task<long> EventsAsync()
    {
        await using var command = database.CreateCommand("select last_seq from ingestion.eq_head");
        return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        client.Dispose();
        await database.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
