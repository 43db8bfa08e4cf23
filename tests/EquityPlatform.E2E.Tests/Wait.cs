using System.Diagnostics;

namespace EquityPlatform.E2E.Tests;

/// <summary>Waits on conditions, never on time alone.</summary>
static class Wait
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Asks until the answer is not null.</summary>
    public static async Task<T> ForAsync<T>(string what, TimeSpan atMost, Func<Task<T?>> ask) where T : class
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            if (await ask() is { } answer)
                return answer;
            if (waited.Elapsed > atMost)
                throw new TimeoutException($"Waited {atMost.TotalSeconds:0} s for {what}.");
            await Task.Delay(Pause);
        }
    }
}
