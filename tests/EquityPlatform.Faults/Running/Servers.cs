using EquityPlatform.Testing.Servers;

namespace EquityPlatform.Faults.Running;

/// <summary>A PostgreSQL and a RabbitMQ of one lane of the suite; faults may kill them without disturbing the other lane.</summary>
sealed class Servers : IAsyncDisposable
{
    public Servers(PostgresNode postgres, RabbitNode rabbit) => (Postgres, Rabbit) = (postgres, rabbit);

    public PostgresNode Postgres { get; }
    public RabbitNode Rabbit { get; }

    public static async Task<Servers> StartAsync()
    {
        var (postgres, rabbit) = (PostgresNode.StartPrivateAsync(), RabbitNode.StartPrivateAsync());
        return new(await postgres, await rabbit);
    }

    public async ValueTask DisposeAsync()
    {
        await Rabbit.DisposeAsync();
        await Postgres.DisposeAsync();
    }
}
