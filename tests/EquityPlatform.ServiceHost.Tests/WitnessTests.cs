using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EquityPlatform.Contracts;
using EquityPlatform.EventSourcing.AuditLog;
using EquityPlatform.ServiceHost.Audit;
using EquityPlatform.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EquityPlatform.ServiceHost.Tests;

public sealed class WitnessTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    const string Tenant = TestService.Tenant;

    [Fact]
    public async Task Witnesses_cosign_every_checkpoint_and_one_that_knows_more_stops_the_signer()
    {
        await using var witness = await StubWitness.StartAsync();
        var folder = Directory.CreateTempSubdirectory("equity-audit-");
        try
        {
            await using (var service = await StartAsync(folder.FullName, witness))
            {
                foreach (var count in (int[])[5, 300, 1])
                {
                    await service.AppendAsync(Tenant, $"count-{count}", [.. Enumerable.Range(0, count).Select(i => (object)new Counted(i))]);
                    var head = await service.Log.HeadAsync(default);
                    await Eventually.Async(async () => (await NoteAsync(service)) is { } note && note.Split('\n')[1] == $"{head}" && note.Contains($"\u2014 {StubWitness.Name} ", StringComparison.Ordinal),
                        TimeSpan.FromSeconds(60), $"{head} leaves are cosigned");
                }
                witness.Size.ShouldBe(306);
            }
            // As if database and memory had been set back together; the witness was not
            Directory.Delete(Path.Combine(folder.FullName, "signed"), recursive: true);
            witness.Size = 400;
            await using (var service = await StartAsync(folder.FullName, witness))
                await Eventually.Async(async () => (await service.App.Services.GetRequiredService<AuditLogRun>().CheckHealthAsync(new())).Description?.Contains("holds a checkpoint of 400 leaves", StringComparison.Ordinal) == true,
                    TimeSpan.FromSeconds(60), "the witness stops the signer");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_key_that_is_none_or_does_not_fit_its_id_is_refused()
    {
        using var http = new HttpClient();
        Should.Throw<InvalidOperationException>(() => new Witness(new() { Address = "http://x", Key = "nonsense" }, http)).Message.ShouldContain("Audit:Witnesses");
        Should.Throw<InvalidOperationException>(() => new Witness(new() { Address = "http://x", Key = $"w+00000000+{Convert.ToBase64String([4, .. new byte[32]])}" }, http)).Message.ShouldContain("does not fit");
    }

    Task<TestService> StartAsync(string folder, StubWitness witness) => TestService.StartAsync("witnessed", postgres.ConnectionString, settings: new Dictionary<string, string?>
    {
        ["Audit:KeyFile"] = Path.Combine(folder, "witnessed.key"),
        ["Audit:Checkpoint"] = "00:00:00.1",
        ["Audit:Witnesses:0:Address"] = witness.Address,
        ["Audit:Witnesses:0:Key"] = witness.VerifierKey,
    });

    static async Task<string?> NoteAsync(TestService service) =>
        await service.Client(Roles.Auditor).GetAsync($"/api/audit/v1/witnessed/{Tenant}/checkpoint") is { IsSuccessStatusCode: true } answer ? await answer.Content.ReadAsStringAsync() : null;

    /// <summary>A witness that keeps one log's size and checks nothing else: the audit tool has the real one.</summary>
    sealed class StubWitness : IAsyncDisposable
    {
        public const string Name = "witness.example.org";
        readonly Ed25519Key key = new(RandomNumberGenerator.GetBytes(32));
        readonly WebApplication app;

        StubWitness(WebApplication app) => this.app = app;

        public long Size { get; set; }
        public string Address => app.Urls.First();
        byte[] Id => SHA256.HashData([.. Encoding.UTF8.GetBytes(Name), (byte)'\n', 4, .. key.PublicKey])[..4];
        public string VerifierKey => $"{Name}+{Convert.ToHexStringLower(Id)}+{Convert.ToBase64String([4, .. key.PublicKey])}";

        public static async Task<StubWitness> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            var app = builder.Build();
            app.Urls.Add("http://127.0.0.1:0");
            var witness = new StubWitness(app);
            app.MapPost("/add-checkpoint", witness.Add);
            await app.StartAsync();
            return witness;
        }

        async Task<IResult> Add(HttpRequest request)
        {
            var body = await new StreamReader(request.Body).ReadToEndAsync();
            var (head, note) = (body[..body.IndexOf("\n\n", StringComparison.Ordinal)], body[(body.IndexOf("\n\n", StringComparison.Ordinal) + 2)..]);
            var old = long.Parse(head.Split('\n')[0].Split(' ')[1], CultureInfo.InvariantCulture);
            if (old != Size)
                return Results.Text($"{Size}\n", "text/x.tlog.size", statusCode: StatusCodes.Status409Conflict);
            var text = note[..(note.IndexOf("\n\n", StringComparison.Ordinal) + 1)];
            Size = long.Parse(text.Split('\n')[1], CultureInfo.InvariantCulture);
            var time = (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
            var payload = new byte[12];
            Id.CopyTo(payload, 0);
            BinaryPrimitives.WriteUInt64BigEndian(payload.AsSpan(4), time);
            return Results.Text($"\u2014 {Name} {Convert.ToBase64String([.. payload, .. key.Sign(Encoding.UTF8.GetBytes($"cosignature/v1\ntime {time}\n{text}"))])}\n");
        }

        public async ValueTask DisposeAsync()
        {
            await app.DisposeAsync();
            key.Dispose();
        }
    }
}
