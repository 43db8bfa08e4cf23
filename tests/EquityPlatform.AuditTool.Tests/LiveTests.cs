using System.Text;
using EquityPlatform.AuditTool.Commands;
using EquityPlatform.Contracts;
using EquityPlatform.ServiceHost.Tests;
using EquityPlatform.Testing;

namespace EquityPlatform.AuditTool.Tests;

/// <summary>The tool against a running service: what it exports is whole, and what it proves holds.</summary>
public sealed class LiveTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    [Fact]
    public async Task A_service_is_verified_exported_and_proven()
    {
        await using var service = await SignedService.StartAsync(postgres, "live", 700);
        var token = service.Folder["token"];
        var early = (await service.CheckpointAsync())!;
        File.WriteAllText(service.Folder["early"], early);
        await service.AppendAsync(50);

        var (code, report, text) = await Shell.ReportAsync("verify", service.Address, "--key", service.Key, "--token-file", token, "--checkpoint", service.Folder["early"]);
        code.ShouldBe(Exit.Valid, text);
        report.GetProperty("events").GetInt64().ShouldBeGreaterThanOrEqualTo(750);

        // Reading is on record, so the log has grown: the export holds that too
        var file = service.Folder["all.equity-audit"];
        (code, report, text) = await Shell.ReportAsync("export", service.Address, file, "--key", service.Key, "--token-file", token);
        code.ShouldBe(Exit.Valid, text);
        (code, report, text) = await Shell.ReportAsync("verify", file, "--key", service.Key, "--checkpoint", service.Folder["early"]);
        code.ShouldBe(Exit.Valid, text);
        report.GetProperty("from").GetInt64().ShouldBe(0);

        var part = service.Folder["part.equity-audit"];
        (code, report, text) = await Shell.ReportAsync("export", service.Address, part, "--from", "300", "--until", "600", "--key", service.Key, "--token-file", token, "--without-sealed");
        code.ShouldBe(Exit.Valid, text);
        report.GetProperty("events").GetInt64().ShouldBe(300);
        (await Shell.RunAsync("export", service.Address, part, "--from", "2099-01-01", "--key", service.Key, "--token-file", token)).Output.ShouldContain("Events      none");

        var (_, told, error) = await Shell.RunAsync("replay", service.Address, "count-1", "--at-checkpoint", "250", "--token-file", token);
        told.Split('\n').Count(line => line.Contains("counted/1", StringComparison.Ordinal)).ShouldBe(50, error);
        told.ShouldContain("Filler: größer 200", Case.Insensitive);
        (await Shell.RunAsync("replay", service.Address, "count-1", "--as-of", "2001-01-01", "--token-file", token)).Output.ShouldBeEmpty();
        (await Shell.RunAsync("diff", service.Address, "740", "750", "--key", service.Key, "--token-file", token)).Output.ShouldContain("10 x counted by demo:operator");

        var id = System.Text.Json.JsonDocument.Parse(Encoding.UTF8.GetString(await Client(service).GetByteArrayAsync(new Uri($"{service.Address}/leaf/321")))).RootElement.GetProperty("event").GetProperty("id").GetString()!;
        (code, report, text) = await Shell.ReportAsync("prove", service.Address, id, "--to", service.Folder.Path, "--key", service.Key, "--token-file", token);
        code.ShouldBe(Exit.Valid, text);
        var proof = service.Folder[$"{id}.tlog-proof"];
        (await Shell.RunAsync("verify", proof, "--key", service.Key)).Output.ShouldStartWith("VALID");
        var record = service.Folder[$"{id}.event.json"];
        File.WriteAllText(record, File.ReadAllText(record).Replace("größer 321", "größer 322", StringComparison.Ordinal));
        (code, report, text) = await Shell.ReportAsync("verify", proof, "--key", service.Key);
        code.ShouldBe(Exit.Invalid, text);
        report.First().GetProperty("message").GetString()!.ShouldContain("what happened");
    }

    [Fact]
    public async Task What_cannot_be_read_is_said_in_a_sentence()
    {
        await using var service = await SignedService.StartAsync(postgres, "unread", 10);
        File.WriteAllText(service.Folder["other"], service.Service.Token(Roles.Educator));
        (await Shell.RunAsync("verify", service.Address, "--key", service.Key)).ShouldSatisfyAllConditions(run => run.Code.ShouldBe(Exit.NotChecked), run => run.Error.ShouldContain("access token is missing"));
        (await Shell.RunAsync("verify", service.Address, "--key", service.Key, "--token-file", service.Folder["other"])).Error.ShouldContain("role auditor");
        (await Shell.RunAsync("verify", "http://127.0.0.1:1/api", "--key", service.Key)).Error.ShouldContain("does not answer");
        (await Shell.RunAsync("verify", service.Address + "x", "--key", service.Key, "--token-file", service.Folder["token"])).Code.ShouldBe(Exit.NotChecked);
        (await Shell.RunAsync("prove", service.Address, Guid.NewGuid().ToString(), "--to", service.Folder.Path, "--token-file", service.Folder["token"])).Code.ShouldBe(Exit.NotChecked);
        (await Shell.RunAsync("prove", service.Address, "no-id")).Code.ShouldBe(Exit.Usage);
        (await Shell.RunAsync("export", "no-address", "file")).Code.ShouldBe(Exit.Usage);
    }

    static HttpClient Client(SignedService service) => service.Service.Client(Roles.Auditor);
}
