using System.Diagnostics.Metrics;
using EquityPlatform.ServiceHost.Bus;
using EquityPlatform.ServiceHost.Database;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EquityPlatform.ServiceHost.Operations;

/// <summary>
/// Looks at the consumers every few seconds and tells: gauges <c>equity.consumer.lag</c> (events) and <c>equity.consumer.age</c> (seconds
/// that the first waiting event has waited) by consumer, tenant and source, and the readiness report, where old events and halts mean degraded.
/// </summary>
internal sealed class LagWatch : BackgroundService, IHealthCheck
{
    const int Named = 5;

    readonly ConsumerLook look;
    readonly Halts halts;
    readonly SchemaGate gate;
    readonly TimeProvider clock;
    readonly ILogger logger;
    readonly TimeSpan every;
    readonly TimeSpan alarm;
    readonly Meter meter = new("EquityPlatform.Consumers");
    volatile IReadOnlyList<ConsumerState> states = [];

    public LagWatch(ConsumerLook look, Halts halts, SchemaGate gate, IConfiguration configuration, TimeProvider clock, ILogger<LagWatch> logger)
    {
        (this.look, this.halts, this.gate, this.clock, this.logger) = (look, halts, gate, clock, logger);
        every = configuration.GetValue("Operations:LagEvery", TimeSpan.FromSeconds(5));
        alarm = configuration.GetValue("Operations:AgeAlarm", TimeSpan.FromMinutes(1));
        meter.CreateObservableGauge("equity.consumer.lag", () => states.Select(state => new Measurement<long>(state.Lag, Tags(state))), "{event}", "Events of a tenant that a consumer has not applied yet");
        meter.CreateObservableGauge("equity.consumer.age", () => states.Select(state => new Measurement<double>(state.AgeSeconds(clock.GetUtcNow()), Tags(state))), "s", "How long the first of them has waited");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await gate.OpenedAsync(stoppingToken);
        using var timer = new PeriodicTimer(every, clock);
        do
            try
            {
                states = await look.LookAsync(null, states, stoppingToken);
            }
            catch (Exception e) when (Outage.Is(e) && !stoppingToken.IsCancellationRequested)
            {
                logger.LogDebug("The consumers' lag cannot be looked at: {Reason}", e.Message);
            }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var now = clock.GetUtcNow();
        var halted = halts.Standing.Concat(states.Where(state => state.Halt is not null).Select(state => (state.Consumer, state.Tenant, state.Halt!.Position))).Distinct()
            .Select(halt => FormattableString.Invariant($"{halt.Consumer} for {halt.Tenant} at {halt.Position}")).ToArray();
        var old = states.Where(state => state.Halt is null && state.AgeSeconds(now) > alarm.TotalSeconds).OrderByDescending(state => state.AgeSeconds(now))
            .Select(state => FormattableString.Invariant($"{state.Consumer} is {state.Lag} events and {state.AgeSeconds(now):0} s behind for {state.Tenant}")).ToArray();
        return Task.FromResult(halted.Length + old.Length > 0
            ? HealthCheckResult.Degraded(string.Join(". ", Of("Halted: ", halted).Concat(Of("Behind: ", old))))
            : HealthCheckResult.Healthy(FormattableString.Invariant($"{states.Sum(state => state.Lag)} events wait, the oldest {states.Select(state => state.AgeSeconds(now)).DefaultIfEmpty().Max():0} s")));
    }

    static IEnumerable<string> Of(string title, string[] lines) => lines.Length == 0 ? []
        : [title + string.Join("; ", lines.Take(Named)) + (lines.Length > Named ? FormattableString.Invariant($" and {lines.Length - Named} more") : "")];

    static KeyValuePair<string, object?>[] Tags(ConsumerState state) => [new("consumer", state.Consumer), new("tenant", state.Tenant), new("source", state.Source)];

    public override void Dispose()
    {
        meter.Dispose();
        base.Dispose();
    }
}
