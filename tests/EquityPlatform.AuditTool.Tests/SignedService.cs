using EquityPlatform.Contracts;
using EquityPlatform.ServiceHost.Tests;
using EquityPlatform.Testing;

namespace EquityPlatform.AuditTool.Tests;

/// <summary>A running service whose log is followed and signed, as the tool meets it.</summary>
internal sealed class SignedService : IAsyncDisposable
{
    SignedService(TestService service, string name, TempFolder folder) => (Service, Name, Folder) = (service, name, folder);

    public TestService Service { get; }
    public string Name { get; }
    public TempFolder Folder { get; }
    public string Address => $"{Service.Address}/api/audit/v1/{Name}/{TestService.Tenant}";
    public string Key { get; private set; } = "";

    public static async Task<SignedService> StartAsync(PostgresServer postgres, string name, int events)
    {
        var folder = new TempFolder();
        var service = new SignedService(await TestService.StartAsync(name, postgres.ConnectionString, settings: new Dictionary<string, string?>
        {
            ["Installation:Host"] = "audit.example.org",
            ["Audit:KeyFile"] = folder[$"{name}.key"],
        }), name, folder);
        File.WriteAllText(folder["token"], service.Service.Token(Roles.Auditor));
        await service.AppendAsync(events);
        using var auditor = service.Service.Client(Roles.Auditor);
        service.Key = (await auditor.GetStringAsync($"{service.Address}/vkey")).TrimEnd();
        return service;
    }

    /// <summary>Appends, and waits until all is signed.</summary>
    public async Task AppendAsync(int events)
    {
        for (var i = 0; i < events; i += 50)
            await Service.AppendAsync(TestService.Tenant, $"count-{i / 200}", [.. Enumerable.Range(i, Math.Min(50, events - i)).Select(n => (object)new Counted(n, $"größer {n}"))]);
        var head = await Service.Log.HeadAsync(default);
        await Eventually.Async(async () => (await CheckpointAsync()) is { } note && long.Parse(note.Split('\n')[1], System.Globalization.CultureInfo.InvariantCulture) >= head, TimeSpan.FromSeconds(60), "all is signed");
    }

    public async Task<string?> CheckpointAsync()
    {
        using var auditor = Service.Client(Roles.Auditor);
        using var answer = await auditor.GetAsync(new Uri($"{Address}/checkpoint"));
        return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync() : null;
    }

    /// <summary>As a superuser, past every trigger.</summary>
    public static async Task TamperAsync(PostgresServer postgres, string sql)
    {
        await using var connection = await postgres.Database.OpenConnectionAsync();
        await using var command = new Npgsql.NpgsqlCommand($"set session_replication_role = replica; {sql}; reset session_replication_role", connection);
        (await command.ExecuteNonQueryAsync()).ShouldNotBe(0, sql);
    }

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        Folder.Dispose();
    }
}
