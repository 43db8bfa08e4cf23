using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace EquityPlatform.Testing.Servers;

/// <summary>
/// A network on loopback that tests can break: everything between a service and a server goes through it. Cut, half-open (nobody is told),
/// deaf (the server's answers vanish), slow.
/// </summary>
public sealed class TcpProxy : IAsyncDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly ConcurrentDictionary<Link, bool> links = new();
    readonly CancellationTokenSource stopping = new();
    readonly Task accepting;
    volatile State state = State.Passing;
    volatile Pace? pace;

    enum State { Passing, Refusing, Swallowing }

    sealed record Pace(TimeSpan Delay, int BytesPerSecond);

    /// <param name="target">Port on loopback of the real server; may change, as behind a load balancer.</param>
    public TcpProxy(int target)
    {
        Target = target;
        listener.Start(512);
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Where new connections go.</summary>
    public int Target { get; set; }

    /// <summary>Connections that go through now.</summary>
    public int Connections => links.Count;

    /// <summary>Bytes that came and did not arrive.</summary>
    public long Swallowed => Interlocked.Read(ref swallowed);
    long swallowed;

    /// <summary>New connections work, at full speed. Those that were half-open or deaf stay so: their packets are gone.</summary>
    public void Heal()
    {
        pace = null;
        state = State.Passing;
    }

    /// <summary>Every connection ends with a reset, new ones are refused.</summary>
    public void Cut()
    {
        state = State.Refusing;
        CloseAll();
    }

    /// <summary>Every connection ends; new ones work.</summary>
    public void CloseAll()
    {
        foreach (var link in links.Keys)
            link.Close();
    }

    /// <summary>Nothing arrives any more, in either direction, and no side learns of it; new connections end in the same nowhere.</summary>
    public void HalfOpen()
    {
        state = State.Swallowing;
        foreach (var link in links.Keys)
            (link.ToServerLost, link.ToClientLost) = (true, true);
    }

    /// <summary>What clients send arrives, the server's answers do not (such as a broker's confirms). New connections work.</summary>
    public void Deafen()
    {
        foreach (var link in links.Keys)
            link.ToClientLost = true;
    }

    /// <summary>Each piece of data is late by <paramref name="delay"/> and the line is narrow.</summary>
    public void Slow(TimeSpan delay, int bytesPerSecond) => pace = new(delay, bytesPerSecond);

    async Task AcceptAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            Socket client;
            try
            {
                client = await listener.AcceptSocketAsync(stopping.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
            if (state is State.Refusing)
                Reset(client);
            else
                _ = CarryAsync(client);
        }
    }

    async Task CarryAsync(Socket client)
    {
        var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        var link = new Link(client, server);
        links[link] = true;
        try
        {
            client.NoDelay = server.NoDelay = true;
            if (state is State.Swallowing)
                (link.ToServerLost, link.ToClientLost) = (true, true);
            else
                await server.ConnectAsync(IPAddress.Loopback, Target, stopping.Token);
            await Task.WhenAll(PumpAsync(link, client, server, toClient: false), link.ToServerLost && !server.Connected ? Task.CompletedTask : PumpAsync(link, server, client, toClient: true));
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
        }
        finally
        {
            // A side that left a dead line must not be missed by the other: that is what half-open means
            if (!link.ToServerLost || stopping.IsCancellationRequested)
                link.Close();
            links.TryRemove(link, out _);
        }
    }

    async Task PumpAsync(Link link, Socket from, Socket to, bool toClient)
    {
        var buffer = new byte[32 * 1024];
        int count;
        try
        {
            while ((count = await from.ReceiveAsync(buffer, stopping.Token)) > 0)
            {
                if (pace is { } slow)
                    await Task.Delay(slow.Delay + TimeSpan.FromSeconds((double)count / slow.BytesPerSecond), stopping.Token);
                if (toClient ? link.ToClientLost : link.ToServerLost)
                    Interlocked.Add(ref swallowed, count);
                else
                    for (var sent = 0; sent < count;)
                        sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), stopping.Token);
            }
        }
        finally
        {
            // However one side left, a process that was killed sends a reset: the other must hear of it, or it would keep its locks
            if (!(toClient ? link.ToClientLost : link.ToServerLost))
                link.Close();
        }
    }

    static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException) // the other side was quicker
        {
        }
        socket.Dispose();
    }

    sealed class Link(Socket client, Socket server)
    {
        public volatile bool ToServerLost;
        public volatile bool ToClientLost;

        public void Close()
        {
            Reset(client);
            Reset(server);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Dispose();
        await accepting;
        CloseAll();
    }
}
