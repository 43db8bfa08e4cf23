using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.EdFiServer;
using EquityPlatform.Ingestion.Tests.EdFi;
using EquityPlatform.Testing;
using Xunit.Abstractions;

namespace EquityPlatform.Ingestion.Tests.Kills;

/// <summary>kill -9 between the pages of a reading, after its pages were packed, and after its feed was stored but not how far it reaches.</summary>
public sealed class EdFiKillTests(PostgresServer postgres, ITestOutputHelper output) : IClassFixture<PostgresServer>
{
    [Fact]
    public async Task A_reading_goes_on_where_it_was_and_makes_one_feed()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("EQUITY_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : Random.Shared.Next();
        output.WriteLine($"seed {seed} (set EQUITY_SEED to repeat)");
        var (calm, stormy) = (await postgres.CreateDatabaseAsync(), await postgres.CreateDatabaseAsync());
        await using (var district = await EdFiDistrict.StartAsync(calm))
        {
            await district.ConfigureAsync();
            (await district.RunAsync()).Feed!.State.ShouldBe("applied");
        }
        await using var api = await EdFiHost.StartAsync(EdFiDistrict.Folder, "http://127.0.0.1:0", EdFiDistrict.Key, EdFiDistrict.Secret);
        // In a file: the shell between this process and the service would drop a variable with a hyphen in its name
        var secrets = Directory.CreateTempSubdirectory("equity-secrets-");
        await File.WriteAllTextAsync(Path.Combine(secrets.CreateSubdirectory(IngestionHost.Tenant).FullName, EdFiDistrict.Source), EdFiDistrict.Secret);
        await using var service = await KillableService.StartAsync(stormy, [.. EdFiDistrict.Settings().Where(s => !s.Item1.Contains("Secrets", StringComparison.Ordinal)), ("Ingestion:EdFi:SecretFolder", secrets.FullName)]);
        await service.RunAsync();
        (await service.Client.PutAsJsonAsync($"{IngestionHost.Root}/ed-fi/{EdFiDistrict.Source}", new ConfigureEdFiSource(api.Address, EdFiDistrict.Key))).StatusCode.ShouldBe(HttpStatusCode.OK);
        await service.KillAsync("edfi.page", () => service.Client.PostAsJsonAsync($"{IngestionHost.Root}/ed-fi/{EdFiDistrict.Source}/run", new RunEdFiSource()), nth: new Random(seed).Next(2, 30));
        await service.KillAsync("edfi.packed");
        await service.KillAsync("edfi.registered");
        await service.RunAsync();
        EdFiSource? state = null;
        await Eventually.Async(async () => (state = await service.Client.GetFromJsonAsync<EdFiSource>($"{IngestionHost.Root}/ed-fi/{EdFiDistrict.Source}", IngestionHost.Web))!.LastRun is not null, TimeSpan.FromMinutes(2), "the run ended");
        state!.LastRun!.Outcome.ShouldBe("stored");
        (await service.Client.SettledAsync(state.LastRun.FeedId!.Value)).State.ShouldBe("applied");
        api.Requests.GroupBy(r => r).ShouldAllBe(r => r.Count() <= 2, "no page but the one that was cut off is asked for twice");
        await WhatIsLeft.ShouldBeTheSameAsync(stormy, calm);
    }
}
