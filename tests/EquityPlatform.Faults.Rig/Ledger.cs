using System.Buffers.Binary;
using System.Security.Cryptography;
using EquityPlatform.Contracts.Bus;
using EquityPlatform.EventSourcing;
using EquityPlatform.ServiceHost;
using Npgsql;

namespace EquityPlatform.Faults.Rig;

/// <summary>
/// An effect that shows every mistake: a line for each event in the order of writing, and a hash over all of them that is read, changed and written back.
/// </summary>
static class Ledger
{
    /// <summary>Small, so that a rebuild has many pages to be killed between.</summary>
    public const int Page = 200;

    public static readonly string[] Tables = ["ledger_line", "ledger"];

    public readonly record struct Line(long Seq, Guid Id, int Number);

    public static async Task AddAsync(NpgsqlConnection connection, string tenant, IReadOnlyList<Line> lines, CancellationToken cancellation)
    {
        await using var read = new NpgsqlCommand("select chain from ledger where tenant_id = $1", connection) { Parameters = { new() { Value = tenant } } };
        var chain = await read.ExecuteScalarAsync(cancellation) as byte[] ?? [];
        foreach (var line in lines)
            chain = Next(chain, line);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("insert into ledger_line (tenant_id, seq, id, number) select $1, n.seq, n.id, n.number from unnest($2, $3, $4) with ordinality n(seq, id, number, i) order by n.i")
                {
                    Parameters =
                    {
                        new() { Value = tenant }, new() { Value = lines.Select(line => line.Seq).ToArray() },
                        new() { Value = lines.Select(line => line.Id).ToArray() }, new() { Value = lines.Select(line => line.Number).ToArray() },
                    },
                },
                new("""
                    insert into ledger (tenant_id, lines, chain) values ($1, $2, $3)
                    on conflict (tenant_id) do update set lines = ledger.lines + excluded.lines, chain = excluded.chain
                    """) { Parameters = { new() { Value = tenant }, new() { Value = (long)lines.Count }, new() { Value = chain } } },
            },
        };
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    static byte[] Next(byte[] chain, Line line)
    {
        var bytes = new byte[chain.Length + 28];
        chain.CopyTo(bytes, 0);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(chain.Length), line.Seq);
        line.Id.TryWriteBytes(bytes.AsSpan(chain.Length + 8), bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(chain.Length + 24), line.Number);
        return SHA256.HashData(bytes);
    }
}

/// <summary>The source's read model: every event of its own log.</summary>
sealed class SourceLedger : IProjection
{
    public string Name => "ledger/1";
    public IReadOnlyCollection<string>? Types => null;
    public IReadOnlyList<string> Tables => Ledger.Tables;
    public int RebuildBatch => Ledger.Page;

    public Task ApplyAsync(string tenant, IReadOnlyList<RecordedEvent> events, NpgsqlConnection connection, CancellationToken cancellation) =>
        Ledger.AddAsync(connection, tenant, [.. events.Select(e => new Ledger.Line(e.Position, e.Id, e.Data switch
        {
            EntryAdded added => added.Number,
            EntryNoted noted => noted.Number,
            var other => throw new InvalidOperationException($"{other.GetType()} is no entry."),
        }))], cancellation);
}

/// <summary>The sink's effect: every published event of the source.</summary>
sealed class SinkLedger : IBusProjection
{
    public string Name => "ledger/1";
    public string Source => "source";
    public IReadOnlyList<string> Tables => Ledger.Tables;
    public int RebuildBatch => Ledger.Page;

    public Task ApplyAsync(string tenant, IReadOnlyList<PublishedEvent> events, NpgsqlConnection connection, CancellationToken cancellation) =>
        Ledger.AddAsync(connection, tenant, [.. events.Select(e => new Ledger.Line(e.Seq, e.Id, e.Data.GetProperty("number").GetInt32()))], cancellation);
}
