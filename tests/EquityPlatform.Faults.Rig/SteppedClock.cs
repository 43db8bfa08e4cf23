using System.Globalization;

namespace EquityPlatform.Faults.Rig;

/// <summary>The machine's clock plus the seconds that stand in a file, so that a test can step it like a clock that is set. Timers are not touched, as in a real step.</summary>
sealed class SteppedClock(string? file) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Offset();

    TimeSpan Offset()
    {
        if (file is null)
            return TimeSpan.Zero;
        try
        {
            return TimeSpan.FromSeconds(double.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture));
        }
        catch (FileNotFoundException)
        {
            return TimeSpan.Zero;
        }
    }
}
