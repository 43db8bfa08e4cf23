using EquityPlatform.Benchmarks;

IBenchmark[] all = [new Bulk(), new Callers(), new Rebuild(), new BusPath(), new Flood(), new Fairness(), new Audit(), new AuditTool(), new Memory(), new Ingest(),
    new FirstLoad("feed", "a roster of 100,000 students with 1,050,000 section enrolments", 100_000),
    new FirstLoad("metro", "a roster of 1,000,000 students with 10,500,000 section enrolments", 1_000_000)];
if (Options.Read(args, [.. all.Select(b => b.Name)]) is not { } options)
    return 2;
if (options.List)
{
    foreach (var one in all)
        Console.WriteLine($"{one.Name,-10} {one.What}");
    return 0;
}
await using var servers = new Servers();
var report = new Report(options.Json);
await Machine.DescribeAsync(servers, report);
foreach (var one in all.Where(b => options.Names.Count == 0 || options.Names.Contains(b.Name)))
{
    report.Say($"{one.Name}: {one.What}");
    await one.RunAsync(new(servers, options, report));
}
return report.AllMet ? 0 : 1;
