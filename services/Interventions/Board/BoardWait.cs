using System.Globalization;
using EquityPlatform.EventSourcing;
using EquityPlatform.Hosting;

namespace EquityPlatform.Interventions;

/// <summary>
/// Reading one's own write: a write waits a moment until the board shows it, and a read that carries <c>Event-Position:
/// interventions=42</c> (the header of an earlier answer) waits for that position.
/// </summary>
internal sealed class BoardWait([FromKeyedServices(GoalBoard.Version)] SubscriptionRunner board, TimeProvider clock)
{
    const string Header = "Event-Position";
    static readonly TimeSpan AfterWrite = TimeSpan.FromSeconds(2);
    static readonly TimeSpan BeforeRead = TimeSpan.FromSeconds(5);

    /// <summary>Waits after a write; the write is durable whether or not the board is there in time.</summary>
    public async Task ShownAsync(string tenant, Handled handled, CancellationToken cancellation)
    {
        if (handled is Handled.Done done)
            await ReachedAsync(tenant, done.Position, AfterWrite, cancellation);
    }

    async Task<bool> ReachedAsync(string tenant, long position, TimeSpan atMost, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(atMost, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            await board.WaitForAsync(tenant, position, either.Token);
            return true;
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Endpoint filter for reads.</summary>
    public static async ValueTask<object?> BeforeReading(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (Caller.From(http.User) is { } caller && Asked(http.Request.Headers[Header]) is { } position
            && !await http.RequestServices.GetRequiredService<BoardWait>().ReachedAsync(caller.Tenant, position, BeforeRead, http.RequestAborted))
        {
            http.Response.Headers.RetryAfter = "1";
            return Problems.Result(StatusCodes.Status503ServiceUnavailable, "board.behind", "What you wrote is recorded, but this page does not show it yet. Try again in a moment.");
        }
        return await next(context);
    }

    static long? Asked(IEnumerable<string?> headers)
    {
        foreach (var part in headers.SelectMany(h => (h ?? "").Split(',', StringSplitOptions.TrimEntries)))
            if (part.StartsWith("interventions=", StringComparison.Ordinal))
                return long.TryParse(part["interventions=".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var position)
                    ? position
                    : throw new ProblemException(StatusCodes.Status400BadRequest, "position.malformed", "Event-Position takes service=number, as an answer gave it.");
        return null;
    }
}
