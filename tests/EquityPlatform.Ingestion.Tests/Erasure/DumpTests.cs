using System.Net;
using System.Net.Http.Json;
using System.Text;
using EquityPlatform.Contracts;
using EquityPlatform.Testing;
using Npgsql;

namespace EquityPlatform.Ingestion.Tests.Erasure;

/// <summary>
/// What is left of a student after an erasure: in dumps of both databases, in the broker's folder with messages still in it, in the service's own output.
/// The service runs as a process of its own. That the search finds what is there is proven by planting the same texts in the clear.
/// </summary>
public sealed class DumpTests(PostgresServer postgres, OwnRabbitMqServer broker) : IClassFixture<PostgresServer>, IClassFixture<OwnRabbitMqServer>
{
    const string Unread = "unread";
    static readonly Traces Traces = new(Planted.All);

    [Fact]
    public async Task Nothing_of_an_erased_student_is_left_in_databases_broker_and_logs()
    {
        var (database, keys) = (await postgres.CreateDatabaseAsync(), await postgres.CreateDatabaseAsync());
        await IngestionHost.MigrateAsync(database, keys);
        await using var superuser = NpgsqlDataSource.Create(database);
        var output = new StringBuilder();
        await BindUnreadQueueAsync();
        var settings = IngestionHost.Settings(database, keys);
        settings["ConnectionStrings:RabbitMq"] = broker.Address.AbsoluteUri;
        await using var service = await ServiceProcess.StartAsync(settings, output);
        var steward = service.Client(Roles.DataSteward);
        var officer = service.Client(Roles.PrivacyOfficer);
        var student = await Planted.FeedAndFindAsync(steward, Planted.Package());
        (await steward.GetAsync($"{IngestionHost.Root}/students/{student}?purpose=test")).StatusCode.ShouldBe(HttpStatusCode.OK);
        // Everything that a person can do wrong with these texts, too
        await steward.PostAsJsonAsync($"{IngestionHost.Root}/students/lookup", new { sourcedId = Planted.SourcedId, source = "unknown", purpose = "test" });
        await steward.PostAsync($"{IngestionHost.Root}/feeds?feedId={Guid.NewGuid()}", TestData.BadInput("00-valid-baseline").WithFile("users.csv", $"{Planted.Given},{Planted.Family}\n\"{Planted.Identifier}").AsBody());
        await Planted.EraseAsync(officer, student, Guid.NewGuid(), reason: $"For {Planted.Given} {Planted.Family}");
        (await MessagesAsync()).ShouldBeGreaterThan(0, "the broker holds what was published");

        await Planted.EraseAsync(officer, student, Guid.NewGuid());
        await Planted.StateAsync(officer, student, "erased");

        (await LeftAsync()).ShouldBeEmpty();

        // The same search, where the texts are planted: as text, in JSON, encoded twice, and as bytes
        await superuser.CreateCommand("create table ingestion.planted (what text, here text, bytes bytea)").ExecuteNonQueryAsync();
        foreach (var text in Planted.All)
        {
            var utf8 = Encoding.UTF8.GetBytes(text);
            foreach (var (form, value) in new[]
            {
                ("as it is", $"before {text} after"), ("json", System.Text.Json.JsonSerializer.Serialize(new { text })), ("base64 0", Convert.ToBase64String(utf8)),
                ("base64 1", Convert.ToBase64String([1, .. utf8, 2, 3])), ("base64 2", Convert.ToBase64String([1, 2, .. utf8, 3])), ("hex", Convert.ToHexStringLower(utf8)),
                ("url", Uri.EscapeDataString(text)),
            })
                await FoundAsync($"'{form}', '{value.Replace("'", "''", StringComparison.Ordinal)}', null", text);
            await FoundAsync($"'utf-16 bytes', null, '\\x{Convert.ToHexStringLower([0, 1, 2, .. Encoding.Unicode.GetBytes(text), 9, 9, 9, 9, 9])}'", text);
        }
        Traces.In("output", Encoding.UTF8.GetBytes($"{output} {Planted.Family}")).ShouldNotBeEmpty();

        async Task FoundAsync(string values, string text)
        {
            await superuser.CreateCommand($"truncate ingestion.planted; insert into ingestion.planted values ({values})").ExecuteNonQueryAsync();
            var dump = Encoding.UTF8.GetBytes(await postgres.Node.DumpAsync(database, "--inserts", "-t", "ingestion.planted"));
            Traces.In("dump", dump).ShouldContain(found => found.StartsWith(text, StringComparison.Ordinal), values);
        }

        async Task<IReadOnlyList<string>> LeftAsync()
        {
            var left = new List<string>();
            foreach (var (name, address) in new[] { ("ingestion", database), ("keys", keys) })
                foreach (var options in new string[][] { [], ["--inserts"] })
                {
                    var dump = await postgres.Node.DumpAsync(address, options);
                    dump.ShouldContain(name == "keys" ? "eq_subject_keys" : student);
                    left.AddRange(Traces.In($"dump of {name} {string.Join(' ', options)}", Encoding.UTF8.GetBytes(dump)));
                }
            lock (output)
                left.AddRange(Traces.In("output of the service", Encoding.UTF8.GetBytes(output.ToString())));
            if (broker.Node.Folder is { } folder)
                left.AddRange(Traces.InFolder(folder));
            return left;
        }
    }

    /// <summary>A queue that nobody reads gets all that ingestion publishes, so the broker really holds it.</summary>
    async Task BindUnreadQueueAsync()
    {
        (await Api.PutAsJsonAsync($"exchanges/{VirtualHost}/equity.batches", new { type = "topic", durable = true })).IsSuccessStatusCode.ShouldBeTrue();
        (await Api.PutAsJsonAsync($"queues/{VirtualHost}/{Unread}", new { durable = true })).IsSuccessStatusCode.ShouldBeTrue();
        (await Api.PostAsJsonAsync($"bindings/{VirtualHost}/e/equity.batches/q/{Unread}", new { routing_key = "#" })).IsSuccessStatusCode.ShouldBeTrue();
    }

    HttpClient Api => broker.Node.Management ?? throw new InvalidOperationException("This test needs a broker with its management interface.");

    string VirtualHost => Uri.EscapeDataString(Uri.UnescapeDataString(broker.Address.AbsolutePath[1..]));

    async Task<long> MessagesAsync()
    {
        var count = 0L;
        await Eventually.Async(async () =>
        {
            var queues = await Api.GetFromJsonAsync<List<System.Text.Json.JsonElement>>($"queues/{VirtualHost}");
            count = queues!.Where(q => q.GetProperty("name").GetString() == Unread).Select(q => q.TryGetProperty("messages", out var messages) ? messages.GetInt64() : 0).Sum();
            return count > 0;
        }, TimeSpan.FromSeconds(60), "messages in the unread queue");
        return count;
    }
}
