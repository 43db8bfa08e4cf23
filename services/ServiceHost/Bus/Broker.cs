using EquityPlatform.Contracts.Bus;
using MassTransit;
using MassTransit.Logging;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EquityPlatform.ServiceHost.Bus;

/// <summary>
/// The two connections to RabbitMQ, through MassTransit: one that publishes and one that consumes, so that a broker that slows
/// publishers down does not hold up consumers. A broker that is down is waited for in the background.
/// </summary>
internal sealed class Broker : IHostedService, IHealthCheck, IDisposable
{
    static readonly TimeSpan ConfirmLimit = TimeSpan.FromSeconds(15);
    static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(5);
    static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);
    static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);
    const int DefaultPort = 5672;

    readonly BusSettings settings;
    readonly ILogger<Broker> logger;
    readonly IBusControl? publishing;
    readonly IBusControl? consuming;
    readonly CancellationTokenSource stopping = new();
    Task starting = Task.CompletedTask;

    public Broker(BusSettings settings, ILoggerFactory loggers)
    {
        this.settings = settings;
        logger = loggers.CreateLogger<Broker>();
        if (settings.Broker is not { } address)
            return;
        // MassTransit 8.4 reports its usage to its makers unless told otherwise; a district's servers tell nobody anything
        Environment.SetEnvironmentVariable("MASSTRANSIT_USAGE_TELEMETRY", "false");
        LogContext.ConfigureCurrentLogContext(loggers);
        HeartbeatFlaw.Contain(logger);
        publishing = Create(address, "publish");
        consuming = Create(address, "consume");
    }

    /// <summary>The consuming connection, null without a broker.</summary>
    public IBusControl? Consuming => consuming;

    /// <summary>Publishes one batch and waits for the broker's confirm.</summary>
    public Task PublishAsync(EventBatch batch, int partition, CancellationToken cancellation) =>
        ConfirmedAsync(bus => bus.GetPublishSendEndpoint<EventBatch>(), batch, partition, cancellation);

    /// <summary>Publishes a batch of notices and waits for the broker's confirm.</summary>
    public Task PublishNoticesAsync(EventBatch notices, int partition, CancellationToken cancellation) =>
        ConfirmedAsync(bus => bus.GetSendEndpoint(settings.NoticesAddress), notices, partition, cancellation);

    async Task ConfirmedAsync(Func<IBusControl, Task<ISendEndpoint>> to, EventBatch batch, int partition, CancellationToken cancellation)
    {
        var bus = publishing ?? throw new InvalidOperationException("There is no broker to publish to.");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(ConfirmLimit);
        try
        {
            await (await to(bus)).Send(batch, context =>
            {
                context.Durable = true;
                context.SetRoutingKey(BusSettings.RoutingKey(batch.Source, partition));
            }, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"The broker did not confirm within {ConfirmLimit.TotalSeconds:0} s.");
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        starting = Task.WhenAll(StartAsync(publishing), StartAsync(consuming));
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        await starting;
        await Task.WhenAll(StopAsync(consuming), StopAsync(publishing));
    }

    public void Dispose() => stopping.Dispose();

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(settings.Broker is null ? HealthCheckResult.Degraded("No broker is configured; consumers live by pulling.")
            : publishing?.CheckHealth().Status is BusHealthStatus.Healthy && consuming?.CheckHealth().Status is BusHealthStatus.Healthy ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded("The broker does not answer; events wait in the log, consumers pull."));

    async Task StartAsync(IBusControl? bus)
    {
        if (bus is null)
            return;
        try
        {
            await bus.StartAsync(stopping.Token);
        }
        catch (Exception e) when (stopping.IsCancellationRequested)
        {
            logger.LogDebug(e, "Stopped before the broker answered");
        }
    }

    async Task StopAsync(IBusControl? bus)
    {
        if (bus is null)
            return;
        using var limit = new CancellationTokenSource(StopLimit);
        try
        {
            await bus.StopAsync(limit.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or MassTransitException or RabbitMQ.Client.Exceptions.RabbitMQClientException or IOException)
        {
            logger.LogWarning("The connection to the broker did not close in good order: {Reason}", e.Message);
        }
    }

    IBusControl Create(Uri address, string use) => MassTransit.Bus.Factory.CreateUsingRabbitMq(bus =>
    {
        var account = address.UserInfo.Split(':', 2);
        bus.Host(address.Host, (ushort)(address.Port > 0 ? address.Port : DefaultPort), Uri.UnescapeDataString(address.AbsolutePath.TrimStart('/')) is { Length: > 0 } virtualHost ? virtualHost : "/", $"equity {use}", host =>
        {
            if (account is [{ Length: > 0 } user, var password])
            {
                host.Username(Uri.UnescapeDataString(user));
                host.Password(Uri.UnescapeDataString(password));
            }
            host.PublisherConfirmation = true;
            host.Heartbeat(Heartbeat);
            host.RequestedConnectionTimeout(ConnectLimit);
            if (address.Scheme == "amqps")
                host.UseSsl(ssl => ssl.ServerName = address.Host);
        });
        Reconnection.Hasten(bus);
        bus.UseRawJsonSerializer(RawSerializerOptions.All, isDefault: true);
        bus.Message<EventBatch>(message => message.SetEntityName(settings.Exchange));
        bus.Publish<EventBatch>(message => message.ExchangeType = RabbitMQ.Client.ExchangeType.Topic);
        bus.AutoStart = true;
    });
}
