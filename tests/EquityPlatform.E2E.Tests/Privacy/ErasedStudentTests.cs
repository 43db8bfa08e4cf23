using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using EquityPlatform.E2E.Tests.Feeds;
using EquityPlatform.Testing;

namespace EquityPlatform.E2E.Tests.Privacy;

/// <summary>
/// A student with unmistakable names goes through the whole running system and is erased. Then dumps of all databases, the broker's folder and every log are
/// searched, and the read models are rebuilt from the events.
/// </summary>
[Trait("Category", "Walk")]
public sealed class ErasedStudentTests
{
    const string Tenant = "erased-student";
    const string Given = "Zéphyrine-Oswalda";
    const string Family = "Vandermølen-Thrace";
    const string Birth = "2012-02-29";
    const string Identifier = "PLANT-77120934";
    const string SourcedId = "planted-stu-58213";
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    static readonly Traces Traces = new(Given, Family, Birth, Identifier, SourcedId);

    [Fact]
    public async Task Is_gone_from_databases_broker_and_logs_and_every_service_has_said_so()
    {
        using var api = new Api(Tenant);
        var feed = Guid.NewGuid();
        (await api.UploadAsync(feed, [("package.zip", new GeneratedDistrict(40, everyDay: false).Package(Plant))])).ShouldBe(HttpStatusCode.Accepted);
        var applied = await api.SettledFeedAsync(feed, Patience);
        applied["state"]?.ToString().ShouldBe("applied", applied.ToJsonString());
        var before = await StudentsAsync(api, applied["position"]?.GetValue<long>() ?? 0);
        using var found = await api.PostAsync("data-steward", "/api/ingestion/v1/students/lookup", new { sourcedId = SourcedId, purpose = "test" });
        var student = (await found.Content.ReadFromJsonAsync<JsonNode>())!["studentKey"]!.ToString();
        var path = $"/api/ingestion/v1/students/{student}";
        (await api.GetAsync("privacy-officer", $"{path}?purpose=test"))["familyName"]!.ToString().ShouldBe(Family);

        var (proof, leaf) = await FiledProofAsync(api, path);

        using (var accepted = await api.PostAsync("privacy-officer", $"{path}/erasure", new { erasureId = Guid.NewGuid(), authority = "Court order 24-117", reason = "Order to destroy the record" }))
            accepted.StatusCode.ShouldBe(HttpStatusCode.Accepted, await accepted.Content.ReadAsStringAsync());
        var erasure = await Wait.ForAsync("every service to acknowledge", Patience, async () =>
            await api.TryGetAsync("privacy-officer", $"{path}/erasure") is { } seen && seen["state"]?.ToString() == "completed" ? seen : null);
        erasure["services"]!.AsArray().Select(s => $"{s!["service"]} {s["state"]}").ShouldBe(["indicators acknowledged", "interventions acknowledged", "reporting acknowledged"]);
        erasure["services"]![0]!["cleared"]!.GetValue<int>().ShouldBeGreaterThan(1);

        using (var gone = await api.SendAsync("privacy-officer", HttpMethod.Get, $"{path}?purpose=test"))
            gone.StatusCode.ShouldBe(HttpStatusCode.Gone);
        (await StudentsAsync(api, 0)).ShouldBe(before - 1);
        (await LeftAsync(student)).ShouldBeEmpty();

        // What an office filed before stays true, what it gets from now on tells nothing, and every row still stands under its checkpoint
        using (var check = await api.PostAsync("auditor", $"{Log}/check", new { proof, leaf }))
            (await check.Content.ReadFromJsonAsync<JsonNode>())!["holds"]!.ToString().ShouldBe("yes");
        using (var export = await api.SendAsync("auditor", HttpMethod.Get, $"{Log}/events?from=0&to=20000"))
        {
            var events = await export.Content.ReadAsByteArrayAsync();
            new Traces("student-erased").In("export", events).ShouldNotBeEmpty();
            Traces.In("export", events).ShouldBeEmpty();
        }
        (await ExportFileAsync()).ShouldBeEmpty();
        Environment.SetEnvironmentVariable("EQUITY_TENANT", Tenant);
        await RunningSystem.OperateAsync("verify", "ingestion");

        // From the events alone: sealed parts that nobody can open stop nothing, and the student does not come back
        await RunningSystem.OperateAsync("rebuild", "indicators", "student-facts/1");
        await RunningSystem.OperateAsync("rebuild", "interventions", "goal-board/1");
        (await StudentsAsync(api, 0)).ShouldBe(before - 1);
        await RunningSystem.OperateAsync("rebuild", "indicators", "student-facts/1", "--drop-old");
        await RunningSystem.OperateAsync("rebuild", "interventions", "goal-board/1", "--drop-old");
        (await LeftAsync(student)).ShouldBeEmpty();
        (await api.TryGetAsync("privacy-officer", $"{path}/erasure"))!["state"]!.ToString().ShouldBe("completed");
    }

    const string Log = $"/api/audit/v1/ingestion/{Tenant}";

    /// <summary>Proof file and leaf of the event that holds the student's sealed name.</summary>
    static async Task<(string Proof, string Leaf)> FiledProofAsync(Api api, string path)
    {
        var history = await api.GetAsync("privacy-officer", $"{path}/events?purpose=test");
        var named = history["events"]!.AsArray().First(e => e!["type"]!.ToString().StartsWith("student-identity-recorded", StringComparison.Ordinal))!["id"]!.ToString();
        var proof = await Wait.ForAsync("the name's event to be under a checkpoint", Patience, async () =>
        {
            using var answer = await api.SendAsync("auditor", HttpMethod.Get, $"{Log}/proof/inclusion?event={named}");
            return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync() : null;
        });
        var index = proof.Split('\n').First(line => line.StartsWith("index ", StringComparison.Ordinal))["index ".Length..];
        using var leaf = await api.SendAsync("auditor", HttpMethod.Get, $"{Log}/leaf/{index}");
        leaf.StatusCode.ShouldBe(HttpStatusCode.OK);
        return (proof, await leaf.Content.ReadAsStringAsync());
    }

    /// <summary>An office exports the whole log with its tool: what is left of the student in the file, packed or unpacked.</summary>
    static async Task<IReadOnlyList<string>> ExportFileAsync()
    {
        var folder = Directory.CreateTempSubdirectory("equity-export-");
        try
        {
            var file = Path.Combine(folder.FullName, "erased.equity-audit");
            var start = new ProcessStartInfo("dotnet", [Path.Combine(RunningSystem.Data, "app/audit-tool/equity-audit.dll"), "export", new Uri(RunningSystem.Site, Log).AbsoluteUri, file, "--purpose", "test"]) { RedirectStandardOutput = true, RedirectStandardError = true };
            start.Environment["EQUITY_AUDIT_TOKEN"] = DemoToken.For("auditor", Tenant);
            using var process = Process.Start(start) ?? throw new InvalidOperationException("equity-audit did not start.");
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
            process.ExitCode.ShouldBe(0, $"{await output} {await error}");
            var left = new List<string>(Traces.In("the export file", await File.ReadAllBytesAsync(file)));
            var seen = 0;
            using var zip = await ZipFile.OpenReadAsync(file);
            foreach (var entry in zip.Entries)
            {
                using var bytes = new MemoryStream();
                await using (var stream = await entry.OpenAsync())
                    await stream.CopyToAsync(bytes);
                left.AddRange(Traces.In(entry.FullName, bytes.ToArray()));
                seen += new Traces("student-erased").In(entry.FullName, bytes.ToArray()).Count;
            }
            seen.ShouldBeGreaterThan(0, "the search sees what is there");
            return left;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static (string, string) Plant(string name, string text) => (name, name switch
    {
        "users.csv" => text.Replace("gen-stu-7,,,", $"{SourcedId},,,", StringComparison.Ordinal).Replace(",Given7,Family7,,,", $",{Given},{Family},,{Identifier},", StringComparison.Ordinal),
        "demographics.csv" => text.Replace("gen-stu-7,,,2013-01-01", $"{SourcedId},,,{Birth}", StringComparison.Ordinal),
        "enrollments.csv" or "attendance.csv" => text.Replace("gen-stu-7,", $"{SourcedId},", StringComparison.Ordinal),
        _ => text,
    });

    static async Task<long> StudentsAsync(Api api, long position) =>
        (await api.ValuesAsync("enrollment", GeneratedDistrict.Year, position, Patience))["cells"]!.AsArray()
            .First(c => c!["school"]!.ToString() == "district" && c["dimension"]!.ToString() == "all")!["denominator"]!.GetValue<long>();

    static async Task<IReadOnlyList<string>> LeftAsync(string student)
    {
        var left = new List<string>();
        foreach (var database in new[] { "equity", "equity_keys", "postgres" })
            foreach (var options in new string[][] { [], ["--inserts"] })
            {
                var dump = await RunningSystem.DumpAsync(database, options);
                if (database == "equity")
                {
                    // The search sees what is there: the pseudonym is, and so are texts of events
                    dump.ShouldContain(student);
                    new Traces("student-erased/1").In("dump", Encoding.UTF8.GetBytes(dump)).ShouldNotBeEmpty();
                }
                left.AddRange(Traces.In($"dump of {database} {string.Join(' ', options)}", Encoding.UTF8.GetBytes(dump)));
            }
        foreach (var folder in new[] { "rabbitmq", "logs" })
            left.AddRange(Traces.InFolder(Path.Combine(RunningSystem.Data, folder)));
        Traces.In("a text in the clear", Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"insert into t values ('{Family}')"))).ShouldNotBeEmpty();
        return left;
    }
}
