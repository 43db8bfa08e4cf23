using System.Net;
using System.Net.Http.Json;
using EquityPlatform.Contracts;
using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;
using EquityPlatform.ServiceHost;
using EquityPlatform.ServiceHost.Disclosing;
using EquityPlatform.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EquityPlatform.Ingestion.Tests;

public sealed class DisclosureListTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    static readonly string Student = Guid.NewGuid().ToString("N");

    static readonly string[] Names = ["indicators", "interventions", "reporting"];

    [Fact]
    public async Task The_list_of_a_student_gathers_what_every_service_has_on_record_and_can_be_printed()
    {
        var others = new List<WebApplication>();
        try
        {
            foreach (var name in Names)
                others.Add(await OtherAsync(name));
            await using var service = await IngestionHost.StartAsync(postgres.ConnectionString, [.. others.Select((other, i) => ($"Services:{Names[i]}", other.Urls.First()))]);
            foreach (var other in others)
                await other.Services.GetRequiredService<Disclosures>().RecordAsync(new Caller(IngestionHost.Tenant, "demo:educator", "Educator", new HashSet<string> { "educator" }, new HashSet<string>()), $"<b>why</b> {other.Services.GetRequiredService<ServiceDefinition>().Name}", "/page", [Student], default);
            await service.App.Services.GetRequiredService<Disclosures>().RecordDeniedAsync(new Caller(IngestionHost.Tenant, "demo:principal", "Principal", new HashSet<string> { "principal" }, new HashSet<string>()), null, "/students", [Student], default);

            var list = (await service.Client(Roles.PrivacyOfficer).GetFromJsonAsync<DisclosureList>($"{IngestionHost.Root}/students/{Student}/disclosures", IngestionHost.Web))!;
            list.Entries.Select(entry => (entry.Service, entry.User, entry.Refused)).ShouldBe([("indicators", "demo:educator", false), ("interventions", "demo:educator", false), ("reporting", "demo:educator", false),
                ("ingestion", "demo:principal", true), ("ingestion", "demo:privacy-officer", false)]);
            var page = await service.Client(Roles.PrivacyOfficer).GetStringAsync($"{IngestionHost.Root}/students/{Student}/disclosures?format=html");
            page.ShouldContain("&lt;b&gt;why&lt;/b&gt; reporting");
            page.ShouldContain("refused");

            await others[1].StopAsync();
            await (await service.Client(Roles.PrivacyOfficer).GetAsync($"{IngestionHost.Root}/students/{Student}/disclosures")).ShouldBeProblem(HttpStatusCode.ServiceUnavailable, "disclosures.incomplete");
        }
        finally
        {
            foreach (var other in others)
                await other.DisposeAsync();
        }
    }

    /// <summary>Another service of the platform, without anything of its own.</summary>
    async Task<WebApplication> OtherAsync(string name)
    {
        var definition = new ServiceDefinition(name, typeof(DisclosureListTests).Assembly, new EventTypes(), _ => null);
        await TestRoles.Of(postgres.ConnectionString).MigrateAsync(definition);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development", ApplicationName = typeof(DisclosureListTests).Assembly.GetName().Name });
        builder.Configuration.AddInMemoryCollection(IngestionHost.Settings(postgres.ConnectionString));
        builder.Logging.ClearProviders();
        builder.AddPlatformService(definition);
        var app = builder.Build();
        app.MapPlatformService();
        await app.StartAsync();
        await Eventually.ReadyAsync(new(app.Urls.First()));
        return app;
    }
}
