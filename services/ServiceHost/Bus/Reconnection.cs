using System.Runtime.CompilerServices;
using MassTransit;
using MassTransit.RabbitMqTransport;
using MassTransit.RabbitMqTransport.Configuration;
using RabbitMQ.Client.Exceptions;

namespace EquityPlatform.ServiceHost.Bus;

/// <summary>
/// How soon a bus is back when the broker is. MassTransit waits up to 30 seconds between two attempts and offers no setting for it, so that after an outage
/// events would stay behind for half a minute although the broker answers; its policy is replaced by one that handles the same errors and waits 3 seconds at most.
/// A MassTransit that keeps its policy elsewhere makes the host fail at its first start, in the tests.
/// </summary>
internal static class Reconnection
{
    // MassTransit makes a table of so many pauses: more than three days without a broker
    const int Attempts = 100_000;
    static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);
    static readonly TimeSpan Growth = TimeSpan.FromMilliseconds(500);

    public static void Hasten(IRabbitMqBusFactoryConfigurator bus)
    {
        if (bus is not RabbitMqBusFactoryConfigurator configurator || HostOf(configurator) is not RabbitMqHostConfiguration host)
            throw new NotSupportedException($"This MassTransit configures RabbitMQ by {bus.GetType()}.");
        PolicyOf(host) = Retry.CreatePolicy(retry =>
        {
            retry.Handle<ConnectionException>();
            retry.Handle<AlreadyClosedException>();
            retry.Handle<EndOfStreamException>();
            retry.Handle<OperationInterruptedException>(e => e.ChannelShouldBeClosed());
            retry.Handle<NotSupportedException>(e => e.Message.Contains("Pipelining of requests forbidden", StringComparison.Ordinal));
            retry.Ignore<AuthenticationFailureException>();
            retry.Exponential(Attempts, Shortest, Longest, Growth);
        });
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_hostConfiguration")]
    static extern ref IRabbitMqHostConfiguration HostOf(RabbitMqBusFactoryConfigurator bus);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<ReceiveTransportRetryPolicy>k__BackingField")]
    static extern ref IRetryPolicy PolicyOf(RabbitMqHostConfiguration host);
}
