using EquityPlatform.EventSourcing;

namespace EquityPlatform.Benchmarks;

/// <summary>An event as services write them most: a day of attendance of a student, about 300 bytes of JSON.</summary>
public sealed record Observed(Guid StudentKey, string School, DateOnly Date, string Session, string Code, int Portion, int Minutes, string Salt, string Before, string After)
{
    public const string Alias = "observed/1";
}

/// <summary>Makes the same events for every run from a number.</summary>
internal static class Observation
{
    public const string Tenant = "bench-district";
    public const int EventsPerStream = 5;
    public const int Schools = 500;
    static readonly DateOnly FirstDay = new(2025, 9, 1);
    static readonly string[] Codes = ["present", "excused-absence", "unexcused-absence", "tardy"];
    static readonly EventContext Context = new("service:ingestion", "4bf92f3577b34da6a3ce929d0e0e4736", "feed-5b1c");

    public static EventTypes Types { get; } = new EventTypes().Add<Observed>(Observed.Alias);

    public static string Stream(int stream) => FormattableString.Invariant($"attendance-{Key(stream):N}-2026");

    public static Observed Event(int stream, int day) => new(Key(stream), FormattableString.Invariant($"2559{stream % Schools:00000}"), FirstDay.AddDays(day), "2025-2026",
        Codes[(stream + day) % Codes.Length], 10_000, 390 - day, Digest(stream, day)[..22], Digest(stream, day - 1), Digest(stream, day));

    public static NewEvent New(int stream, int day) => new(Guid.NewGuid(), Event(stream, day), new(Key(7), "attendance.csv", (stream * EventsPerStream) + day));

    /// <summary>The first days of a stream as one append.</summary>
    public static Append Append(int stream, int events = EventsPerStream, string tenant = Tenant) =>
        new(tenant, Stream(stream), "attendance", ExpectedVersion.Any, [.. Enumerable.Range(0, events).Select(day => New(stream, day))], Context);

    public static Append Single(string stream, int number) => new(Tenant, stream, "attendance", ExpectedVersion.Any, [New(number, 0)], Context);

    /// <summary>All appends of a run, made as they are asked for, as a feed would.</summary>
    public static async IAsyncEnumerable<Append> AppendsAsync(int events, string tenant = Tenant, int from = 0)
    {
        await ValueTask.CompletedTask;
        for (var stream = 0; stream < events / EventsPerStream; stream++)
            yield return Append(from + stream, tenant: tenant);
    }

    public static Task FillAsync(EventLog log, int events, string tenant = Tenant) => AppendAllAsync(log, AppendsAsync(events, tenant));

    public static async Task AppendAllAsync(EventLog log, IAsyncEnumerable<Append> appends)
    {
        await foreach (var result in log.AppendBulkAsync(appends, CancellationToken.None))
            if (result is not AppendResult.Appended)
                throw new InvalidOperationException($"Not appended: {result}");
    }

    static Guid Key(int number) => new(number, 0x5eed, 0x4d1c, 0x8a, 0x21, 0, 0, 0, 0, 0x7, 0x3);

    static string Digest(int stream, int day)
    {
        Span<byte> bytes = stackalloc byte[24];
        BitConverter.TryWriteBytes(bytes, (((long)stream << 16) + day) * -7046029254386353131L);
        BitConverter.TryWriteBytes(bytes[8..], (((long)day << 32) + stream) * 0x2545F4914F6CDD1D);
        BitConverter.TryWriteBytes(bytes[16..], ((long)stream ^ day) * 0x5851F42D4C957F2D);
        return Convert.ToHexStringLower(bytes);
    }
}
