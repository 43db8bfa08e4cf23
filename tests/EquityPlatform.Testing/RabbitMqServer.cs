using EquityPlatform.Testing.Servers;

namespace EquityPlatform.Testing;

/// <summary>
/// xunit fixture: a virtual host of its own on the run's RabbitMQ broker. Real, never a mock. Tests that stop the broker use
/// <see cref="OwnRabbitMqServer"/>.
/// </summary>
public class RabbitMqServer : Xunit.IAsyncLifetime
{
    static readonly Lazy<Task<RabbitNode>> shared = new(RabbitNode.GetAsync);

    /// <summary>The broker: the run's, or this fixture's own.</summary>
    public RabbitNode Node { get; private set; } = null!;

    /// <summary><c>amqp://user:password@host:port/vhost</c> of this fixture's virtual host.</summary>
    public Uri Address { get; private set; } = null!;

    public virtual async Task InitializeAsync()
    {
        Node = await GetNodeAsync();
        Address = await Node.CreateVirtualHostAsync();
    }

    protected virtual Task<RabbitNode> GetNodeAsync() => shared.Value;

    public virtual Task DisposeAsync() => Node.DeleteVirtualHostAsync(Address);
}

/// <summary>xunit fixture: a RabbitMQ broker of its own, which the tests may stop, kill and start.</summary>
public sealed class OwnRabbitMqServer : RabbitMqServer
{
    protected override Task<RabbitNode> GetNodeAsync() => RabbitNode.StartPrivateAsync();

    public override async Task DisposeAsync() => await Node.DisposeAsync();
}
