using System.Diagnostics;

namespace EquityPlatform.Testing;

/// <summary>Waits on conditions, never on time.</summary>
public static class Eventually
{
    static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(20);
    static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(250);

    /// <summary>Returns when the condition holds; fails after <paramref name="timeout"/> (30 s by default), with the last exception it threw.</summary>
    public static Task Async(Func<bool> condition, TimeSpan? timeout = null, string? because = null) =>
        Async(() => Task.FromResult(condition()), timeout, because);

    /// <inheritdoc cref="Async(Func{bool}, TimeSpan?, string?)"/>
    public static async Task Async(Func<Task<bool>> condition, TimeSpan? timeout = null, string? because = null)
    {
        var limit = timeout ?? TimeSpan.FromSeconds(30);
        var watch = Stopwatch.StartNew();
        Exception? last = null;
        do
        {
            try
            {
                if (await condition())
                    return;
                last = null;
            }
            catch (Exception e) // a server that is just coming up answers with all kinds of exceptions
            {
                last = e;
            }
            await PauseAsync(watch);
        }
        while (watch.Elapsed < limit);
        throw new TimeoutException($"Not within {limit}: {because ?? "the condition"}", last);
    }

    /// <summary>Repeats an assertion until it no longer throws.</summary>
    public static Task Holds(Func<Task> assertion, TimeSpan? timeout = null) =>
        Async(async () =>
        {
            await assertion();
            return true;
        }, timeout, "the assertion");

    /// <summary>True as soon as the condition holds, false if it does not in time.</summary>
    public static async Task<bool> HoldsWithinAsync(Func<Task<bool>> condition, TimeSpan timeout)
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < timeout; await PauseAsync(watch))
            if (await condition())
                return true;
        return false;
    }

    /// <summary>What takes long is asked for less often: a start that is watched all the time is a slow start.</summary>
    static Task PauseAsync(Stopwatch watch)
    {
        var pause = watch.Elapsed / 10;
        return Task.Delay(pause < Shortest ? Shortest : pause > Longest ? Longest : pause);
    }

    /// <summary>Returns when the host says that it is ready: until its schema has been checked it answers 503.</summary>
    public static async Task ReadyAsync(Uri host)
    {
        using var client = new HttpClient { BaseAddress = host };
        await Async(async () => (await client.GetAsync(new Uri("/health/ready", UriKind.Relative))).IsSuccessStatusCode, TimeSpan.FromSeconds(60), "the host is ready");
    }
}
