using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.Ingestion.Packages;
using EquityPlatform.Ingestion.Records;
using EquityPlatform.Testing;
using Npgsql;
using Xunit.Abstractions;

namespace EquityPlatform.Ingestion.Tests.Model;

/// <summary>
/// The same random lives against the real service over HTTP, on PostgreSQL: what its log and its tables hold in the end is what the reference model says. <c>deploy/eq fuzz</c>
/// goes on with further lives for as long as it is told.
/// </summary>
public sealed class ServiceSequenceTests(PostgresServer postgres, ITestOutputHelper output) : IClassFixture<PostgresServer>
{
    const int Lives = 24;
    const string Feeds = IngestionHost.Root + "/feeds";

    [Fact]
    public async Task Ends_as_the_model_says()
    {
        var seconds = int.Parse(Environment.GetEnvironmentVariable("EQUITY_FUZZ_SECONDS") ?? "0", CultureInfo.InvariantCulture);
        var seed = int.Parse(Environment.GetEnvironmentVariable("EQUITY_FUZZ_SEED") ?? "0", CultureInfo.InvariantCulture);
        var database = await postgres.CreateDatabaseAsync();
        await using var service = await IngestionHost.StartAsync(database);
        await using var source = NpgsqlDataSource.Create(database);
        // The day on which a feed comes is the life's, not the machine's
        await ExecuteAsync(source, """
            create table ingestion.test_day (at timestamptz); insert into ingestion.test_day values (now());
            create function ingestion.on_test_day() returns trigger language plpgsql security definer as 'begin new.received_at := (select at from ingestion.test_day); return new; end';
            create trigger test_day before insert on ingestion.feed for each row execute function ingestion.on_test_day()
            """);
        var started = TimeProvider.System.GetTimestamp();
        var lives = 0;
        for (; seconds > 0 ? TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(seconds) : lives < Lives; lives++)
            await LiveAsync(service, source, seed + lives);
        output.WriteLine($"{lives} lives from seed {seed}");
    }

    static async Task LiveAsync(IngestionHost service, NpgsqlDataSource source, int seed)
    {
        var (life, tenant) = (new RandomDistrict(seed), $"life-{seed}");
        using var client = service.Client(tenant: tenant);
        for (var step = 0; step < SequenceTests.Steps; step++)
        {
            var happening = life.Next(step);
            var where = $"seed {seed}, step {step} ({happening})";
            await ExecuteAsync(source, $"update ingestion.test_day set at = '{happening.Today:yyyy-MM-dd} 12:00:00Z'");
            switch (happening)
            {
                case Happening.Comes comes:
                    UploadPart[] parts = [new("district.zip", comes.Package), .. comes.Side.Select(s => new UploadPart(s.Name, System.Text.Encoding.UTF8.GetBytes(s.Text)))];
                    var feed = await client.FeedAsync(parts.AsMultipart(), $"?feedId={Id(comes.Seq)}");
                    if (comes.Released && feed.State == "held")
                        feed = await DecideAsync(client, comes.Seq, release: true);
                    feed.State.ShouldBe(comes.Applied ? "applied" : "held", $"{where}: {feed.Code}");
                    feed.Counts.Read.ShouldBe(feed.Counts.Accepted + feed.Counts.Unchanged + feed.Counts.Quarantined + feed.Counts.Parked, where);
                    break;
                case Happening.Decided decided:
                    (await DecideAsync(client, decided.Seq, decided.Released)).State.ShouldBe(decided.Released ? "applied" : "rejected", where);
                    break;
                case Happening.Corrected c:
                    var id = Guid.NewGuid();
                    var answer = await client.PostAsJsonAsync($"{Feeds}/{Id(c.Seq)}/rows", new RowCorrection(id, c.File, c.Row, new Dictionary<string, string?> { [c.Column] = c.Value }));
                    answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, $"{where}: {await answer.Content.ReadAsStringAsync()}");
                    (await client.SettledAsync(id)).State.ShouldBe("applied", where);
                    break;
            }
            // Rows that wait are read again in feeds of their own
            await Eventually.Async(async () => await CountAsync(source, $"select count(*) from ingestion.feed_queue where tenant_id = '{tenant}'") == 0, because: where);
        }
        await CompareAsync(life.Model, await service.KeyedAsync(tenant), source, tenant, $"seed {seed}");
    }

    static async Task<Feed> DecideAsync(HttpClient client, int seq, bool release)
    {
        (await client.PostAsJsonAsync($"{Feeds}/{Id(seq)}/{(release ? "release" : "refuse")}", new FeedDecision("A life's dice"))).IsSuccessStatusCode.ShouldBeTrue();
        Feed? feed = null;
        await Eventually.Async(async () => (feed = await client.SettledAsync(Id(seq))).State != "held", because: "the decision is carried out");
        return feed!;
    }

    /// <summary>The tables hold the records that the model says, the log what they say.</summary>
    static async Task CompareAsync(ReferenceModel model, Keyed keyed, NpgsqlDataSource source, string tenant, string where)
    {
        var people = (await RowsAsync(source, $"select blind::text, replace(person_key::text, '-', '') from ingestion.person where tenant_id = '{tenant}'")).ToDictionary(r => r[0], r => r[1]);
        string Key(string user) => people[$"{keyed.Record(RecordKind.Person, user)}"];
        var there = await RowsAsync(source, $"select kind || ' ' || key from ingestion.record where tenant_id = '{tenant}' and not removed and kind in (4, 5, 6, 8, 12)");
        there.Select(r => r[0]).Order(StringComparer.Ordinal).ShouldBe(
            Keys(RecordKind.Class, model.Now.Classes).Concat(Keys(RecordKind.Person, model.Now.Grades.Keys)).Concat(Keys(RecordKind.Demographics, model.Now.Sexes.Keys)).Concat(Keys(RecordKind.SectionEnrollment, model.Now.Places.Keys))
                .Concat(Keys(RecordKind.Attendance, model.Absences.Keys.Select(a => a.Replace("\n", "\ns1\n", StringComparison.Ordinal)))).Order(StringComparer.Ordinal), where);
        (await RowsAsync(source, $"select key::text, memory->>'class', day::text, ends::text from ingestion.record where tenant_id = '{tenant}' and not removed and kind = 8")).Select(r => string.Join(' ', r)).Order(StringComparer.Ordinal)
            .ShouldBe(model.Now.Places.Values.Select(p => $"{keyed.Record(RecordKind.SectionEnrollment, p.Id)} {p.Class} {p.Begin:O} {p.End:O}").Order(StringComparer.Ordinal), where);
        (await LatestAsync("student-recorded/1", "person", "data->>'studentKey'", "data->>'grade'")).ShouldBe(model.Now.Grades.Select(g => $"{Key(g.Key)} {g.Value}").Order(StringComparer.Ordinal), where);
        (await LatestAsync("student-demographics-recorded/1", "demographics", "data->>'studentKey'", "data->>'sex'")).ShouldBe(model.Now.Sexes.Select(s => $"{Key(s.Key)} {s.Value}").Order(StringComparer.Ordinal), where);
        (await LatestAsync("attendance-recorded/1", "attendance", "concat(data->>'studentKey', ' ', data->>'date')", "data->>'category'")).ShouldBe(
            model.Absences.Select(a => a.Key.Split('\n') is [var user, var day] ? $"{Key(user)} {day} {a.Value}" : "").Order(StringComparer.Ordinal), where);
        (await LatestAsync("school-enrollment-derived/1", "none", "concat(data->>'studentKey', ' ', data->>'schoolId', ' ', data->>'schoolYear')",
            "case when (data->>'withdrawn')::boolean then null else concat(data->>'entryDate', ' ', data->>'exitDate', ' ', data->>'grade') end")).ShouldBe(
            model.Stays.Select(s => $"{Key(s.Key.User)} {s.Key.School} {s.Key.Year} {s.Value}").Order(StringComparer.Ordinal), where);

        IEnumerable<string> Keys(RecordKind kind, IEnumerable<string> ids) => ids.Select(id => $"{(int)kind} {keyed.Record(kind, id)}");

        // Of each record, what the log said last, unless that was that it goes
        async Task<IEnumerable<string>> LatestAsync(string type, string kind, string key, string value) => (await RowsAsync(source, $"""
            select k, v from (select distinct on (k) k, v from (
              select seq_id, {key} k, case when type = '{type}' then {value} end v from ingestion.mt_events
              where tenant_id = '{tenant}' and (type = '{type}' or (type = 'record-removed/1' and data->>'kind' = '{kind}'))) e order by k, seq_id desc) latest
            where v is not null
            """)).Select(r => $"{r[0]} {r[1]}").Order(StringComparer.Ordinal);
    }

    static Guid Id(int seq) => new(seq, 0, 0, [0, 0, 0, 0, 0, 0, 0, 7]);

    static async Task ExecuteAsync(NpgsqlDataSource source, string sql) => await source.CreateCommand(sql).ExecuteNonQueryAsync();

    static async Task<long> CountAsync(NpgsqlDataSource source, string sql) => (long)(await source.CreateCommand(sql).ExecuteScalarAsync())!;

    static async Task<List<string[]>> RowsAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string[]>();
        while (await reader.ReadAsync())
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "" : reader.GetString(i))]);
        return rows;
    }
}
