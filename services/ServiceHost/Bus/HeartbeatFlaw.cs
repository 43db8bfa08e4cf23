using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;

namespace EquityPlatform.ServiceHost.Bus;

/// <summary>
/// RabbitMQ.Client up to 7.2.0 ends the whole process when a dead connection is noticed by its heartbeat while its channels are being closed: the timer's callback
/// is <c>async void</c> and lets the error out (issue 1884 of rabbitmq-dotnet-client). The connection is given up in any case, and MassTransit makes a new one, so the error is
/// logged and the process lives on. To be removed with the first client that catches it itself.
/// </summary>
internal static class HeartbeatFlaw
{
    static int contained;

    /// <summary>For the whole process, once.</summary>
    public static void Contain(ILogger logger)
    {
        if (Interlocked.Exchange(ref contained, 1) == 0)
            ExceptionHandling.SetUnhandledExceptionHandler(e => Is(e) && Logged(e, logger));
    }

    /// <summary>Only what comes out of that callback; every other unhandled error ends the process as before.</summary>
    internal static bool Is(Exception e) => e.StackTrace?.Contains("RabbitMQ.Client.Framing.Connection.HeartbeatReadTimerCallback", StringComparison.Ordinal) is true;

    static bool Logged(Exception e, ILogger logger)
    {
        logger.LogWarning(e, "The broker's client stumbled over a connection that it was giving up");
        return true;
    }
}
