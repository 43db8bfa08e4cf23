using System.Net.Sockets;
using EquityPlatform.Testing;

namespace EquityPlatform.EventSourcing.Tests;

/// <summary>The servers that every other test stands on.</summary>
public sealed class ServerTests
{
    [Fact]
    public async Task A_broker_that_was_killed_starts_again_with_what_it_held()
    {
        var server = new OwnRabbitMqServer();
        await server.InitializeAsync();
        try
        {
            await server.Node.KillAsync();
            await Should.ThrowAsync<SocketException>(async () =>
            {
                using var client = new TcpClient();
                await client.ConnectAsync(server.Address.Host, server.Address.Port);
            });
            await server.Node.StartAsync();
            (await server.Node.Management!.GetAsync(new Uri($"vhosts{server.Address.AbsolutePath}", UriKind.Relative))).IsSuccessStatusCode.ShouldBeTrue();
        }
        finally
        {
            await server.DisposeAsync();
        }
    }
}
