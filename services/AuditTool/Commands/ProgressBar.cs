using Spectre.Console;

namespace EquityPlatform.AuditTool.Commands;

/// <summary>A bar for long work, on the error output and only where a person looks at it.</summary>
internal static class ProgressBar
{
    public static Task RunAsync(string what, Func<long> total, Func<IProgress<long>, Task> work)
    {
        if (Console.IsErrorRedirected)
            return work(new Silent());
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console.Progress().AutoClear(true).Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var task = context.AddTask(what);
                await work(new Bar(task, total));
            });
    }

    sealed class Silent : IProgress<long>
    {
        public void Report(long value)
        {
        }
    }

    sealed class Bar(ProgressTask task, Func<long> total) : IProgress<long>
    {
        public void Report(long value) => (task.MaxValue, task.Value) = (Math.Max(1, total()), value);
    }
}
