using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using EquityPlatform.Contracts;
using EquityPlatform.Hosting;
using EquityPlatform.Ingestion.Tests.Kills;
using EquityPlatform.Testing;
using Npgsql;

namespace EquityPlatform.Ingestion.Tests;

/// <summary>The service as a process of its own that is killed (SIGKILL) in the middle of a feed and started again.</summary>
public sealed class ResumeTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    static readonly Guid Feed = new("0f1e2d3c-0000-4000-8000-000000000001");

    [Fact]
    public async Task Killed_and_resumed_ends_in_the_same_events()
    {
        var undisturbed = await postgres.CreateDatabaseAsync();
        await using (var service = await IngestionHost.StartAsync(undisturbed))
            (await service.Client().FeedAsync(TestData.GrandBend().AsBody(), $"?feedId={Feed}")).State.ShouldBe("applied");
        var expected = await WhatIsLeft.EventsAsync(undisturbed);

        var disturbed = await postgres.CreateDatabaseAsync();
        await IngestionHost.MigrateAsync(disturbed);
        await using var source = NpgsqlDataSource.Create(disturbed);
        var midway = new List<long>();
        var (process, client) = await StartAsync(disturbed);
        (await client.PostAsync($"{IngestionHost.Root}/feeds?feedId={Feed}", TestData.GrandBend().AsBody())).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        foreach (var threshold in new[] { 0, 3_000, 12_000 })
        {
            await Eventually.Async(async () => await CountAsync(source) > threshold, TimeSpan.FromSeconds(60), $"more than {threshold} events");
            await KillAsync(process);
            midway.Add(await CountAsync(source));
            (process, client) = await StartAsync(disturbed);
        }
        var feed = await client.SettledAsync(Feed);
        await KillAsync(process);

        feed.State.ShouldBe("applied");
        midway.ShouldContain(count => count > 0 && count < expected.Count, "it was killed in the middle at least once");
        (await WhatIsLeft.EventsAsync(disturbed)).ShouldBe(expected);
        (await source.CreateCommand("select count(*) from ingestion.feed_queue").ExecuteScalarAsync()).ShouldBe(0L);
    }

    static async Task<long> CountAsync(NpgsqlDataSource source) => (long)(await source.CreateCommand("select count(*) from ingestion.mt_events").ExecuteScalarAsync())!;

    static async Task<(Process, HttpClient)> StartAsync(string database)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        listener.Stop();
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "EquityPlatform.Ingestion.dll")]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (key, value) in IngestionHost.Settings(database))
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        start.Environment["urls"] = address;
        start.Environment["ASPNETCORE_URLS"] = address;
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var client = IngestionHost.Client(address, Roles.DataSteward, IngestionHost.Tenant, new DemoIdentity(IngestionHost.IdentityKeyFile, TimeProvider.System));
        await Eventually.Async(async () => (await client.GetAsync("/health/live")).IsSuccessStatusCode, TimeSpan.FromSeconds(60), "the service answers");
        return (process, client);
    }

    static async Task KillAsync(Process process)
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
