using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using EquityPlatform.Contracts;
using EquityPlatform.Testing;

namespace EquityPlatform.ServiceHost.Tests;

public sealed class AuditRoutesTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    [Fact]
    public async Task The_log_is_followed_signed_and_served_in_the_formats_of_transparency_logs()
    {
        using var folder = new Folder();
        await using var service = await TestService.StartAsync("proved", postgres.ConnectionString, settings: new Dictionary<string, string?>
        {
            ["Installation:Host"] = "audit.example.org",
            ["Audit:KeyFile"] = Path.Combine(folder.Path, "proved.key"),
        });
        for (var i = 0; i < 30; i++)
            await service.AppendAsync(TestService.Tenant, $"count-{i}", [.. Enumerable.Range(0, 10).Select(n => (object)new Counted(n, $"filler {i}"))]);
        await service.AppendAsync(TestService.Tenant, "attendance-k1-2011", new Counted(1));
        using var auditor = service.Client(Roles.Auditor);
        const string root = $"/api/audit/v1/proved/{TestService.Tenant}";
        await Eventually.Async(async () => (await auditor.GetAsync($"{root}/checkpoint")) is { IsSuccessStatusCode: true } answer && (await answer.Content.ReadAsStringAsync()).Split('\n')[1] == "301",
            TimeSpan.FromSeconds(60), "301 leaves are signed");

        var note = await auditor.GetStringAsync($"{root}/checkpoint");
        var lines = note.Split('\n');
        lines[0].ShouldBe($"audit.example.org/audit/proved/{TestService.Tenant}");
        var key = (await auditor.GetStringAsync($"{root}/vkey")).TrimEnd();
        lines[4].ShouldStartWith($"\u2014 {key.Split('+')[0]} ");
        Convert.FromBase64String(lines[4].Split(' ')[2]).Length.ShouldBe(4 + 64);
        (await auditor.GetStringAsync($"{root}/checkpoints?after=-1")).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement).Last().GetProperty("note").GetString().ShouldBe(note);

        // Leaves from entry bundles, hashes from tiles, root from both
        byte[] entries = [.. await auditor.GetByteArrayAsync($"{root}/tile/entries/000"), .. await auditor.GetByteArrayAsync($"{root}/tile/entries/001.p/45")];
        var leaves = Leaves(entries);
        leaves.Count.ShouldBe(301);
        byte[] hashes = [.. await auditor.GetByteArrayAsync($"{root}/tile/0/000"), .. await auditor.GetByteArrayAsync($"{root}/tile/0/001.p/45")];
        hashes.ShouldBe(leaves.SelectMany(leaf => SHA256.HashData([0, .. leaf])));
        Root(leaves, 0, 301).ShouldBe(Convert.FromBase64String(lines[2]));
        (await auditor.GetByteArrayAsync($"{root}/tile/1/000.p/1")).ShouldBe(Root(leaves, 0, 256));
        (await auditor.GetByteArrayAsync($"{root}/leaf/300")).ShouldBe(leaves[300]);

        // A proof of the last leaf: the first 256 and the rest, up to the root
        var id = JsonDocument.Parse(leaves[300]).RootElement.GetProperty("event").GetProperty("id").GetString();
        var proof = await auditor.GetStringAsync($"{root}/proof/inclusion?event={id}");
        proof.ShouldBe(await auditor.GetStringAsync($"{root}/proof/inclusion?index=300&size=301"));
        var (head, checkpoint) = (proof[..proof.IndexOf("\n\n", StringComparison.Ordinal)].Split('\n'), proof[(proof.IndexOf("\n\n", StringComparison.Ordinal) + 2)..]);
        head[..2].ShouldBe(["c2sp.org/tlog-proof@v1", "index 300"]);
        checkpoint.ShouldBe(note);
        head[2..].Aggregate(SHA256.HashData([0, .. leaves[300]]), (hash, left) => SHA256.HashData([1, .. Convert.FromBase64String(left), .. hash])).ShouldBe(Convert.FromBase64String(lines[2]));
        (await auditor.GetStringAsync($"{root}/proof/consistency?old=301&new=301")).ShouldBe("");
        (await auditor.GetStringAsync($"{root}/proof/consistency?old=256&new=301")).TrimEnd().ShouldBe(Convert.ToBase64String(Root(leaves, 256, 301)));

        // Events leave only after it is on record whom they are about
        var before = await service.Log.HeadAsync(default);
        var events = (await auditor.GetStringAsync($"{root}/events?from=290&to=301&purpose=yearly%20audit")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        events.Select(e => e.GetProperty("index").GetString()).ShouldBe(Enumerable.Range(290, 11).Select(i => $"{i}"));
        events[^1].GetProperty("event").GetRawText().ShouldBe(JsonDocument.Parse(leaves[300]).RootElement.GetProperty("event").GetRawText());
        var recorded = new List<EquityPlatform.EventSourcing.RecordedEvent>();
        await foreach (var e in service.Log.ReadAllAsync(TestService.Tenant, before, null, null, default))
            recorded.Add(e);
        var disclosed = recorded.ShouldHaveSingleItem().Data.ShouldBeOfType<StudentDataDisclosed>();
        (disclosed.Purpose, disclosed.StudentKeys.Single()).ShouldBe(("yearly audit", "k1"));
    }

    [Fact]
    public async Task Signatures_and_hashes_are_for_everyone_of_the_district_contents_for_auditors_and_operators()
    {
        using var folder = new Folder();
        await using var service = await TestService.StartAsync("guarded", postgres.ConnectionString, settings: new Dictionary<string, string?> { ["Audit:KeyFile"] = Path.Combine(folder.Path, "guarded.key") });
        await service.AppendAsync(TestService.Tenant, "count-a", new Counted(1));
        using (var auditor = service.Client(Roles.Auditor))
            await Eventually.Async(async () => (await auditor.GetAsync($"/api/audit/v1/guarded/{TestService.Tenant}/checkpoint")).IsSuccessStatusCode, TimeSpan.FromSeconds(60), "a leaf is signed");
        string[] open = ["checkpoint", "checkpoints", "checkpoints/before?at=2026-01-01", "growth", "vkey", "leaf/0", "proof/inclusion?index=0", "proof/consistency?old=0&new=1", "streams/count-a"];
        string[] closed = ["tile/0/000.p/1", "tile/entries/000.p/1", "events?from=0&to=1", "erasures?from=0"];
        string[] routes = [.. open, .. closed];
        foreach (var role in Roles.All)
            foreach (var (tenant, own) in new[] { (TestService.Tenant, true), ("elsewhere", false) })
            {
                using var client = service.Client(role, tenant);
                foreach (var route in routes)
                    ((int)(await client.GetAsync($"/api/audit/v1/guarded/{TestService.Tenant}/{route}")).StatusCode)
                        .ShouldBe(own && (open.Contains(route) || role is Roles.Auditor or Roles.Operator) ? 200 : 403, $"{role} of {tenant} at {route}");
            }
        foreach (var route in routes)
            (await service.Client().GetAsync($"/api/audit/v1/guarded/{TestService.Tenant}/{route}")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        var description = await service.Client().GetFromJsonAsync<JsonElement>("/api/guarded/v1/openapi.json");
        description.GetProperty("paths").EnumerateObject().Where(path => path.Name.StartsWith("/api/audit/v1/guarded/{tenant}/", StringComparison.Ordinal))
            .Where(path => path.Value.TryGetProperty("get", out var get) && get.GetProperty("x-roles").GetArrayLength() == 2).Select(path => path.Name["/api/audit/v1/guarded/{tenant}/".Length..])
            .ShouldBe(["tile/entries/{path}", "tile/{level}/{path}", "events", "erasures"], ignoreOrder: true);
    }

    [Fact]
    public async Task What_is_not_there_or_cannot_be_is_refused()
    {
        using var folder = new Folder();
        await using var service = await TestService.StartAsync("refusing", postgres.ConnectionString, settings: new Dictionary<string, string?> { ["Audit:KeyFile"] = Path.Combine(folder.Path, "refusing.key") });
        await service.AppendAsync(TestService.Tenant, "count-a", new Counted(1));
        using var auditor = service.Client(Roles.Auditor);
        await Eventually.Async(async () => (await auditor.GetAsync($"/api/audit/v1/refusing/{TestService.Tenant}/checkpoint")).IsSuccessStatusCode, TimeSpan.FromSeconds(60), "a leaf is signed");
        foreach (var (route, status) in ((string, int)[])[
            ("tile/0/0", 404),
            ("tile/0/000.p/0", 404),
            ("tile/0/000.p/256", 404),
            ("tile/0/000.p/2", 404),
            ("tile/0/x000/000", 404),
            ("tile/9/000", 404),
            ("tile/entries/..%2f000", 404),
            ("leaf/-1", 404),
            ("leaf/1", 404),
            ("proof/inclusion", 400),
            ("proof/inclusion?event=x", 400),
            ("proof/inclusion?index=0&size=7", 404),
            ("proof/inclusion?index=-1", 404),
            ("proof/consistency?old=2&new=1", 404),
            ("proof/consistency?old=-1&new=1", 404),
            ("events?from=0&to=1000000", 400),
            ("events?from=-1&to=1", 400),
            ("checkpoints?limit=0", 400)])
        {
            var answer = await auditor.GetAsync($"/api/audit/v1/refusing/{TestService.Tenant}/{route}");
            ((int)answer.StatusCode).ShouldBe(status, $"{route}: {await answer.Content.ReadAsStringAsync()}");
            answer.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
        }
    }

    static List<byte[]> Leaves(ReadOnlySpan<byte> entries)
    {
        var leaves = new List<byte[]>();
        while (!entries.IsEmpty)
        {
            var length = System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(entries);
            leaves.Add(entries.Slice(2, length).ToArray());
            entries = entries[(2 + length)..];
        }
        return leaves;
    }

    static byte[] Root(List<byte[]> leaves, int from, int to)
    {
        if (to - from == 1)
            return SHA256.HashData([0, .. leaves[from]]);
        var split = 1;
        while (split * 2 < to - from)
            split *= 2;
        return SHA256.HashData([1, .. Root(leaves, from, from + split), .. Root(leaves, from + split, to)]);
    }

    sealed class Folder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("equity-audit-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
