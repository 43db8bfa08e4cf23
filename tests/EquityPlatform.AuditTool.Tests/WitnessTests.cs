using System.Net;
using System.Text;
using EquityPlatform.AuditTool.Commands;
using EquityPlatform.AuditTool.Notes;
using EquityPlatform.AuditTool.Witness;
using EquityPlatform.EventSourcing.AuditLog;

namespace EquityPlatform.AuditTool.Tests;

public sealed class WitnessTests : IDisposable
{
    static readonly System.Text.Json.JsonElement Vectors = Vector.File("notes.json");

    readonly TempFolder folder = new();
    readonly WitnessKey key = new(Vectors.GetProperty("witness_key").Text("vkey_type4").Split('+')[0], Vectors.GetProperty("witness_key").Hex("seed_hex"));

    [Fact]
    public void Cosigns_as_the_reference_does()
    {
        key.Public.Text.ShouldBe(Vectors.GetProperty("witness_key").Text("vkey_type4"));
        foreach (var one in Vectors.GetProperty("checkpoints_of_merkle_roots_tree").EnumerateArray())
            (one.Text("signed") + key.Cosign(one.Text("text"), DateTimeOffset.FromUnixTimeSeconds(1767225600))).ShouldBe(one.Text("signed_and_cosigned"));
    }

    [Fact]
    public void Signs_as_OpenSSL_does()
    {
        var random = new Random(11);
        for (var i = 0; i < 50; i++)
        {
            var (seed, message) = (new byte[32], new byte[random.Next(200)]);
            random.NextBytes(seed);
            random.NextBytes(message);
            using var openssl = new Ed25519Key(seed);
            new WitnessKey("w", seed).Sign(message).ShouldBe(openssl.Sign(message));
        }
    }

    [Fact]
    public async Task Cosigns_what_goes_on_and_refuses_what_was_set_back_or_rewritten()
    {
        using var log = new MadeLog(900, 20, 100, 300, 700);
        using var forged = new MadeLog(900, 21, 300);
        var witness = Witness(log);
        (await witness.AddAsync(Request(log, 0, 100), default)).ShouldSatisfyAllConditions(
            answer => answer.Status.ShouldBe(200),
            answer => SignedNote.Open(Note(log, 100) + answer.Body, [key.Public]).Verified.Single().Time.ShouldNotBeNull());
        (await witness.AddAsync(Request(log, 100, 300), default)).Status.ShouldBe(200);
        (await witness.AddAsync(Request(log, 300, 300), default)).Status.ShouldBe(200, "the same again");
        (await witness.AddAsync(Request(log, 100, 700), default)).ShouldBe(new WitnessAnswer(409, "300\n", "text/x.tlog.size"));
        (await witness.AddAsync(Request(log, 300, 100), default)).Status.ShouldBe(400);
        (await witness.AddAsync(Request(log, 0, 700), default)).Status.ShouldBe(409);
        (await witness.AddAsync(Request(log, 300, 700).Replace("old 300\n", "old 300\n" + Convert.ToBase64String(new byte[32]) + "\n", StringComparison.Ordinal), default)).Status.ShouldBe(422);
        (await witness.AddAsync(Request(log, 300, 700).Replace("\n\n", "\nAAAA\n\n", StringComparison.Ordinal), default)).Status.ShouldBe(400);
        (await witness.AddAsync("hello", default)).Status.ShouldBe(400);
        (await witness.AddAsync(Request(forged, 0, 300), default)).Status.ShouldBe(403);
        (await witness.AddAsync(Request(log, 300, 700).Replace(MadeLog.Origin, "audit.example.org/audit/other/1", StringComparison.Ordinal), default)).Status.ShouldBe(404);

        // It forgets nothing when it starts again
        (await Witness(log).AddAsync(Request(log, 0, 100), default)).ShouldBe(new WitnessAnswer(409, "300\n", "text/x.tlog.size"));
        (await Witness(log).AddAsync(Request(log, 300, 900), default)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_history_that_its_own_operator_rewrote_is_not_cosigned()
    {
        using var log = new MadeLog(500, 22, 300);
        using var rewritten = new MadeLog(0, 22);
        for (var i = 0; i < 500; i++)
            rewritten.Add(MadeLog.Event(i, new Random(i)));
        rewritten.Sign(500);
        var witness = Witness(log);
        (await witness.AddAsync(Request(log, 0, 300), default)).Status.ShouldBe(200);
        (await witness.AddAsync(Request(rewritten, 300, 500), default)).Status.ShouldBe(422);
        (await witness.AddAsync(Request(log, 300, 500), default)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Serves_over_http()
    {
        using var log = new MadeLog(50, 23);
        using var stop = new CancellationTokenSource();
        var port = FreePort();
        var serving = WitnessCommand.ServeAsync(Witness(log), $"http://127.0.0.1:{port}/", TextWriter.Null, stop.Token);
        using var http = new HttpClient { BaseAddress = new($"http://127.0.0.1:{port}/") };
        using (var answer = await http.PostAsync(new Uri("add-checkpoint", UriKind.Relative), new StringContent(Request(log, 0, 50))))
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            SignedNote.Open(Note(log, 50) + await answer.Content.ReadAsStringAsync(), [key.Public]).Verified.Count.ShouldBe(1);
        }
        using (var answer = await http.PostAsync(new Uri("add-checkpoint", UriKind.Relative), new StringContent(Request(log, 0, 50))))
            answer.Content.Headers.ContentType!.ToString().ShouldBe("text/x.tlog.size");
        (await http.GetAsync(new Uri("add-checkpoint", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await http.PostAsync(new Uri("add-checkpoint", UriKind.Relative), new ByteArrayContent(new byte[100_000]))).StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        await stop.CancelAsync();
        await serving;
    }

    [Fact]
    public void The_key_is_made_once_and_for_its_owner_alone()
    {
        var made = WitnessKey.ReadOrCreate("w", folder["key"]);
        WitnessKey.ReadOrCreate("w", folder["key"]).Public.ShouldBe(made.Public);
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(folder["key"]).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(folder["bad"], "AAAA");
        Should.Throw<MalformedException>(() => WitnessKey.ReadOrCreate("w", folder["bad"]));
    }

    WitnessLog Witness(MadeLog log) => new(key, [VerifierKey.Parse(log.Key)], folder["state"], TimeProvider.System);

    static string Note(MadeLog log, long size) => log.Notes.Single(note => note.Size == size).Note;

    static string Request(MadeLog log, long old, long size) => new StringBuilder($"old {old}\n")
        .AppendJoin("", (old > size ? [] : log.Consistency(old, size)).Select(hash => Convert.ToBase64String(hash) + "\n")).Append('\n').Append(Note(log, size)).ToString();

    static int FreePort()
    {
        using var socket = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }

    public void Dispose() => folder.Dispose();
}
