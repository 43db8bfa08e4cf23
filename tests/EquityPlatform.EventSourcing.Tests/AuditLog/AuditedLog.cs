using System.Security.Cryptography;
using System.Text.Json;
using EquityPlatform.EventSourcing.AuditLog;
using EquityPlatform.Testing;
using Npgsql;

namespace EquityPlatform.EventSourcing.Tests.AuditLog;

/// <summary>A test log with its audit log: real roles, a key file and a signing memory in a folder of their own.</summary>
internal sealed class AuditedLog : IAsyncDisposable
{
    public const string Tenant = "a";
    readonly string folder = Directory.CreateTempSubdirectory("equity-audit-").FullName;

    AuditedLog(TestLog events)
    {
        Events = events;
        Origins = new("audit.example.org", events.Schema);
        Keys = new(KeyFile);
        Reads = new(events.Log.Database, Origins);
    }

    public TestLog Events { get; }
    public AuditOrigin Origins { get; }
    public AuditKeys Keys { get; }
    public AuditLogReads Reads { get; }
    public string KeyFile => Path.Combine(folder, "keys", "audit.key");

    public static async Task<AuditedLog> CreateAsync(PostgresServer server) =>
        new(await TestLog.CreateAsync(server, types: new EventTypes().Add<Noted>("noted/1").Add<Weighed>("weighed/1").Add<Labelled>("labelled/1").Add<AuditLogFounded>(AuditLogFounded.Type).Add<Erased>(AuditLogReads.ErasureType)));

    /// <param name="near">It works in the process that appends.</param>
    public AuditFollower Follower(bool near = false) => new(Events.Log.Database, Origins, near ? Events.Log : null);

    public CheckpointSigner Signer(string memory = "signed") => new(Events.Log.Database, Origins, Keys, new(Path.Combine(folder, memory)), TimeProvider.System);

    public Task NotesAsync(int count) => Events.AppendedAsync(TestLog.Notes($"note-{Guid.NewGuid():N}", count, Tenant));

    public async Task FollowAllAsync(AuditFollower? follower = null)
    {
        follower ??= Follower();
        while (await follower.FollowAsync(Tenant, default))
        {
        }
    }

    /// <summary>Size and root of the tree, and whether they follow from its leaves, computed here by the recursion of RFC 6962.</summary>
    public async Task<(long Size, byte[] Root)> TreeAsync()
    {
        var size = await Events.ScalarAsync<long>($"select size from {Events.Schema}.eq_log_state where tenant_id = 'a'");
        var root = await Events.ScalarAsync<byte[]>($"select root from {Events.Schema}.eq_log_state where tenant_id = 'a'");
        var leaves = await LeavesAsync();
        leaves.Count.ShouldBe((int)size);
        Root(leaves, 0, leaves.Count).ShouldBe(root);
        return (size, root);
    }

    public async Task<List<byte[]>> LeavesAsync()
    {
        var leaves = new List<byte[]>();
        await foreach (var page in Reads.LeavesAsync(Tenant, 0, long.MaxValue, default))
            leaves.AddRange(page.Select(leaf => leaf.ToUtf8()));
        return leaves;
    }

    public static byte[] Root(List<byte[]> leaves, int from, int to)
    {
        if (to - from == 1)
            return SHA256.HashData([0, .. leaves[from]]);
        var split = 1;
        while (split * 2 < to - from)
            split *= 2;
        return SHA256.HashData([1, .. Root(leaves, from, from + split), .. Root(leaves, from + split, to)]);
    }

    /// <summary>Everything that was ever served is of one history: each checkpoint's root is that of the first leaves.</summary>
    public async Task<IReadOnlyList<StoredCheckpoint>> OneHistoryAsync()
    {
        var leaves = await LeavesAsync();
        var checkpoints = await Reads.CheckpointsAsync(Tenant, -1, int.MaxValue, default);
        foreach (var checkpoint in checkpoints)
            checkpoint.Note.Split('\n')[2].ShouldBe(Convert.ToBase64String(Root(leaves, 0, (int)checkpoint.Size)), $"checkpoint of {checkpoint.Size}");
        return checkpoints;
    }

    public async Task PlantAsync(string sql)
    {
        await using var command = Events.Database.CreateCommand(sql.Replace("{s}", Events.Schema, StringComparison.Ordinal));
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Events.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}

/// <summary>As the service says it that erases students.</summary>
internal sealed record Erased(string[] Kids, string Authority);
