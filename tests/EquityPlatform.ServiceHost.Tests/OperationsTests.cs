using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using EquityPlatform.Contracts;
using EquityPlatform.EventSourcing;
using EquityPlatform.ServiceHost.Operations;
using EquityPlatform.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace EquityPlatform.ServiceHost.Tests;

/// <summary>What an operator sees and may do: lag, halts, another try, and the recorded decision to pass an event.</summary>
public sealed class OperationsTests(PostgresServer postgres, RabbitMqServer rabbit) : IClassFixture<PostgresServer>, IClassFixture<RabbitMqServer>
{
    static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);
    static readonly Dictionary<string, string?> Patient = new() { ["Bus:RetryPause"] = "00:00:00.010", ["Bus:HaltPause"] = "01:00:00", ["Bus:Lease"] = "00:00:02", ["Operations:LagEvery"] = "00:00:00.200" };

    [Fact]
    public async Task A_consumer_of_two_replicas_passes_exactly_the_event_that_an_operator_decided_to_pass()
    {
        await using var pair = await Pair.StartAsync(postgres, rabbit, "passed", Patient);
        var twin = new EffectConsumer(pair.Consumer.Source);
        await using var replica = await TestService.StartAsync("passedtarget", postgres.ConnectionString, rabbit.Address.ToString(),
            new Dictionary<string, string?>(Patient) { ["Services:passedsource"] = pair.Source.Address }, services => services.AddSingleton(twin).AddBusConsumer<EffectConsumer>());
        foreach (var consumer in (EffectConsumer[])[pair.Consumer, twin])
            foreach (var number in (int[])[3, 5])
                consumer.Failures[("sick", number)] = int.MaxValue;
        await pair.Source.AppendAsync("sick", "count-a", [.. Enumerable.Range(1, 6).Select(n => new Counted(n))]);
        var halt = await HaltAsync(pair.Target, "sick", 3);
        halt.EventType.ShouldBe("counted/1");
        halt.Error.ShouldBe("InvalidOperationException");

        var ask = new OverrideHalt("effects/1", 3, halt.EventId, "The district sent this row by mistake.");
        await RefusedAsync(pair.Target, Roles.Auditor, ask, HttpStatusCode.Forbidden, "auth.role");
        await RefusedAsync(pair.Target, Roles.Operator, ask with { Tenant = "well" }, HttpStatusCode.Forbidden, "auth.tenant");
        await RefusedAsync(pair.Target, Roles.Operator, ask with { Position = 4 }, HttpStatusCode.Conflict, "halt.elsewhere");
        await RefusedAsync(pair.Target, Roles.Operator, ask with { EventId = Guid.NewGuid() }, HttpStatusCode.Conflict, "halt.elsewhere");
        await RefusedAsync(pair.Target, Roles.Operator, ask with { Reason = " " }, HttpStatusCode.UnprocessableEntity, "reason.missing");
        await RefusedAsync(pair.Target, Roles.Operator, ask with { Consumer = "nobody/1" }, HttpStatusCode.NotFound, "consumer.unknown");

        // Asked of one replica, whichever of the two stands still
        (await OverrideAsync(replica, ask)).Repeated.ShouldBeFalse();
        await pair.AppliedAsync("sick", [1, 2, 4]);
        var next = await HaltAsync(pair.Target, "sick", 5); // that one and no other was passed
        (await OverrideAsync(pair.Target, ask)).Repeated.ShouldBeTrue();
        await OverrideAsync(pair.Target, ask with { Position = 5, EventId = next.EventId });
        await pair.AppliedAsync("sick", [1, 2, 4, 6]);
        await Eventually.Async(async () => (await ListAsync(pair.Target, "sick")).Consumers.All(line => line.Halt is null && line.Lag == 0), because: "nobody stands still any more");

        var decisions = new List<RecordedEvent>();
        await foreach (var e in pair.Target.Log.ReadAllAsync("sick", 0, [ConsumerOverridden.Type], null, default))
            decisions.Add(e);
        decisions.Select(e => ((ConsumerOverridden)e.Data).Position).ShouldBe([3, 5]);
        (decisions[0].User, decisions[0].Reason).ShouldBe(("demo:operator", "The district sent this row by mistake."));
    }

    [Fact]
    public async Task A_subscription_passes_a_decided_event_and_retries_when_asked()
    {
        var (one, two) = (new Seen(), new Seen());
        await using var service = await TestService.StartAsync("seen", postgres.ConnectionString, null, Patient, services => services.AddSingleton(one).AddSubscription<Seen>());
        await using var replica = await TestService.StartAsync("seen", postgres.ConnectionString, null, Patient, services => services.AddSingleton(two).AddSubscription<Seen>());
        foreach (var seen in (Seen[])[one, two])
            seen.Poison.TryAdd(2, true).ShouldBeTrue();
        await service.AppendAsync("sick", "count-a", new Counted(1), new Counted(2), new Counted(3));
        var well = await service.AppendAsync("well", "count-a", new Counted(2));
        await Eventually.Async(() => one.Applied.Concat(two.Applied).Count(n => n == 1) == 1, because: "the event before the bad one is applied");
        var halt = await HaltAsync(replica, "sick", 2);
        (await ListAsync(service, "sick")).Consumers.Single(line => line.Consumer == "seen/1").ShouldSatisfyAllConditions(
            line => line.Position.ShouldBe(1), line => line.Head.ShouldBe(3), line => line.Lag.ShouldBe(2), line => line.AgeSeconds.ShouldBeGreaterThan(0));
        await Eventually.Async(async () => (await (await service.Client().GetAsync("/health/ready")).Content.ReadAsStringAsync()).Contains("seen/1 for sick at 2", StringComparison.Ordinal), because: "readiness names the halt");

        await OverrideAsync(service, new("seen/1", 2, halt.EventId, "Known to be wrong."));
        await Eventually.Async(() => one.Applied.Concat(two.Applied).Contains(3), because: "it goes on behind the passed event");
        one.Applied.Concat(two.Applied).Count(n => n == 2).ShouldBe(0);

        // "well" stands at its own event, mended rather than passed
        (await HaltAsync(service, "well", well)).EventType.ShouldBe("counted/1");
        foreach (var seen in (Seen[])[one, two])
            seen.Poison.Clear();
        (await service.Client(Roles.Operator, "well").PostAsJsonAsync("/api/seen/v1/operations/halts/retry", new RetryHalt("seen/1"))).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await Eventually.Async(() => one.Applied.Concat(two.Applied).Contains(2), because: "it was tried again");
        await Eventually.Async(async () => (await service.Client(Roles.Operator, "well").PostAsJsonAsync("/api/seen/v1/operations/halts/retry", new RetryHalt("seen/1"))).StatusCode == HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_gauges_rise_while_a_consumer_is_held_up_and_fall_afterwards()
    {
        await using var pair = await Pair.StartAsync(postgres, rabbit, "gauged", Patient);
        await pair.Source.AppendAsync("gauged-tenant", "count-a", new Counted(1));
        await pair.AppliedAsync("gauged-tenant", [1]);
        using var gauges = new Gauges("gauged-tenant", "effects/1");
        await Eventually.Async(() => gauges.Read() is { Lag: 0, Age: 0 }, because: "caught up");
        await using (var connection = await postgres.Database.OpenConnectionAsync())
        await using (await connection.BeginTransactionAsync())
        {
            await using var hold = new NpgsqlCommand("select seq from gaugedtarget.eq_progress where consumer = 'effects/1' for update", connection);
            await hold.ExecuteScalarAsync();
            await pair.Source.AppendAsync("elsewhere", "count-a", new Counted(1)); // another tenant's events are no lag of this one
            await pair.Source.AppendAsync("gauged-tenant", "count-a", new Counted(2), new KeptInside(1), new Counted(3));
            await Eventually.Async(() => gauges.Read() is { Lag: 3, Age: > 1 }, because: "three events wait and grow older");
        }
        await Eventually.Async(() => gauges.Read() is { Lag: 0, Age: 0 }, because: "applied");
    }

    [Fact]
    public async Task The_routes_are_described_with_their_roles()
    {
        await using var service = await TestService.StartAsync("operated", postgres.ConnectionString);
        var paths = (await service.Client().GetFromJsonAsync<JsonElement>("/api/operated/v1/openapi.json")).GetProperty("paths");
        string[] RolesOf(string path, string method) => [.. paths.GetProperty($"/api/operated/v1/operations/{path}").GetProperty(method).GetProperty("x-roles").EnumerateArray().Select(role => role.GetString()!)];
        RolesOf("consumers", "get").ShouldBe(["auditor", "operator"]);
        RolesOf("halts/override", "post").ShouldBe(["operator"]);
        RolesOf("halts/retry", "post").ShouldBe(["operator"]);
        (await service.Client(Roles.Principal).GetAsync("/api/operated/v1/operations/consumers")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await service.Client(Roles.Service).PostAsJsonAsync("/api/operated/v1/events/behind", new Dictionary<string, long>())).StatusCode.ShouldBe(HttpStatusCode.Forbidden, "a tenant's token tells nothing about others");
    }

    static Task<ConsumerList> ListAsync(TestService service, string tenant) => ReadAsync<ConsumerList>(service.Client(Roles.Auditor, tenant).GetAsync($"/api/{service.Log.Schema}/v1/operations/consumers"));

    static async Task<HaltState> HaltAsync(TestService service, string tenant, long position)
    {
        HaltState? halt = null;
        await Eventually.Async(async () => (halt = (await ListAsync(service, tenant)).Consumers.Select(line => line.Halt).SingleOrDefault(one => one is not null))?.Position == position, because: $"{tenant} stands at {position}");
        return halt!;
    }

    static Task<OverrideRecorded> OverrideAsync(TestService service, OverrideHalt ask) =>
        ReadAsync<OverrideRecorded>(service.Client(Roles.Operator, "sick").PostAsJsonAsync($"/api/{service.Log.Schema}/v1/operations/halts/override", ask));

    static async Task RefusedAsync(TestService service, string role, OverrideHalt ask, HttpStatusCode status, string code)
    {
        var answer = await service.Client(role, "sick").PostAsJsonAsync($"/api/{service.Log.Schema}/v1/operations/halts/override", ask);
        answer.StatusCode.ShouldBe(status);
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().ShouldBe(code);
    }

    static async Task<T> ReadAsync<T>(Task<HttpResponseMessage> asked)
    {
        var answer = await asked;
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<T>(Web))!;
    }

    /// <summary>A subscription that remembers what it applied and fails at some numbers.</summary>
    sealed class Seen : ISubscription
    {
        public string Name => "seen/1";
        public IReadOnlyCollection<string>? Types => ["counted/1"];
        public ConcurrentDictionary<int, bool> Poison { get; } = new();
        public ConcurrentQueue<int> Applied { get; } = [];

        public Task ApplyAsync(string tenant, IReadOnlyList<RecordedEvent> events, NpgsqlConnection connection, CancellationToken cancellation)
        {
            var numbers = events.Select(e => ((Counted)e.Data).Number).ToArray();
            if (numbers.Any(Poison.ContainsKey))
                throw new InvalidOperationException("Told to fail");
            foreach (var number in numbers)
                Applied.Enqueue(number);
            return Task.CompletedTask;
        }
    }

    /// <summary>Reads the gauges of one consumer and tenant, as an exporter does.</summary>
    sealed class Gauges : IDisposable
    {
        readonly MeterListener listener = new();
        readonly Dictionary<string, double> read = [];

        public Gauges(string tenant, string consumer)
        {
            listener.InstrumentPublished = (instrument, on) =>
            {
                if (instrument.Name is "equity.consumer.lag" or "equity.consumer.age")
                    on.EnableMeasurementEvents(instrument);
            };
            void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
            {
                var all = tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value as string);
                if (all["tenant"] == tenant && all["consumer"] == consumer)
                    read[instrument.Name] = value;
            }
            listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
            listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
            listener.Start();
        }

        public (long Lag, double Age)? Read()
        {
            read.Clear();
            listener.RecordObservableInstruments();
            return read.Count == 2 ? ((long)read["equity.consumer.lag"], read["equity.consumer.age"]) : null;
        }

        public void Dispose() => listener.Dispose();
    }
}
