using System.Text.Json;
using EquityPlatform.AuditTool.Commands;

namespace EquityPlatform.AuditTool.Tests;

/// <summary>What the tool tells of a history: one record, and what changed between two checkpoints.</summary>
public sealed class StoryTests : IDisposable
{
    readonly TempFolder folder = new();
    readonly MadeLog log = new(100, 30, 40);

    public StoryTests() => MadeLog.WriteZip(folder["log"], log.Entries());

    [Fact]
    public async Task A_record_is_told_as_it_stood()
    {
        // Events 3, 10, 17, ... are of this record, recorded every 1.234567 s
        var (code, output, _) = await Shell.RunAsync("replay", folder["log"], "student-00000003", "--json");
        code.ShouldBe(Exit.Valid);
        Indexes(output).ShouldBe(Enumerable.Range(0, 14).Select(i => 3 + 7 * i));
        Indexes((await Shell.RunAsync("replay", folder["log"], "student-00000003", "--json", "--at-checkpoint", "40")).Output).ShouldBe([3, 10, 17, 24, 31, 38]);
        Indexes((await Shell.RunAsync("replay", folder["log"], "student-00000003", "--json", "--position", "1030")).Output).ShouldBe([3, 10]);
        Indexes((await Shell.RunAsync("replay", folder["log"], "student-00000003", "--json", "--as-of", "2026-01-05T08:00:20.98Z")).Output).ShouldBe([3, 10]);
        (await Shell.RunAsync("replay", folder["log"], "student-00000003", "--as-of", "2026-01-05")).Code.ShouldBe(Exit.NotChecked);
        (await Shell.RunAsync("replay", folder["log"], "student-00000003", "--as-of", "yesterday")).Code.ShouldBe(Exit.Usage);
        var text = (await Shell.RunAsync("replay", folder["log"], "student-00000003")).Output;
        text.ShouldContain("2026-01-05T08:00:03.703701Z  student-seen/1");
        text.ShouldContain("who   staff-0");
        text.ShouldContain("from  feed f1, file students.csv, row 3");
        text.ShouldContain("personal part: sealed");
    }

    [Fact]
    public async Task What_changed_between_two_checkpoints_is_told_after_it_was_checked()
    {
        var (code, output, _) = await Shell.RunAsync("diff", folder["log"], "40", "100", "--key", log.Key, "--json");
        code.ShouldBe(Exit.Valid);
        Indexes(output).ShouldBe(Enumerable.Range(40, 60));
        Indexes((await Shell.RunAsync("diff", folder["log"], "40", "50", "--json")).Output).ShouldBe(Enumerable.Range(40, 10));
        (code, output, _) = await Shell.RunAsync("diff", folder["log"], "40", "--summary");
        output.ShouldContain("4 x goal-set by staff-0");
        (await Shell.RunAsync("diff", folder["log"], "101")).Code.ShouldBe(Exit.Usage);
        using var stranger = new MadeLog(1, 31);
        (await Shell.RunAsync("diff", folder["log"], "40", "--key", stranger.Key)).Code.ShouldBe(Exit.Invalid);
    }

    [Fact]
    public async Task Keys_are_explained_and_help_is_there_for_every_verb()
    {
        (await Shell.RunAsync("keys", log.Key)).Output.ShouldContain("signs a log");
        (await Shell.RunAsync("keys", log.Key.Replace('a', 'b'))).Code.ShouldBe(Exit.Usage);
        foreach (var verb in new[] { "verify", "export", "prove", "fsck", "replay", "diff", "witness", "keys" })
            (await Shell.RunAsync(verb, "--help")).ShouldSatisfyAllConditions(run => run.Code.ShouldBe(0), run => run.Output.ShouldContain("Description:"));
        (await Shell.RunAsync("frobnicate")).Code.ShouldBe(Exit.Usage);
    }

    [Fact]
    public void The_tool_shares_no_code_with_the_services() =>
        typeof(Tool).Assembly.GetReferencedAssemblies().Select(assembly => assembly.Name!).Where(name => name.StartsWith("EquityPlatform", StringComparison.Ordinal)).ShouldBeEmpty();

    static IEnumerable<int> Indexes(string lines) => lines.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => int.Parse(JsonDocument.Parse(line).RootElement.GetProperty("index").GetString()!, System.Globalization.CultureInfo.InvariantCulture));

    public void Dispose()
    {
        log.Dispose();
        folder.Dispose();
    }
}
