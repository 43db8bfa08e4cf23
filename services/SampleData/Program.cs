using System.CommandLine;
using System.Text.Json;
using EquityPlatform.SampleData;
using EquityPlatform.SampleData.Files;
using EquityPlatform.SampleData.People;
using EquityPlatform.SampleData.Truths;

var name = new Argument<string>("district") { Description = $"one of: {string.Join(", ", DistrictShape.All.Select(shape => shape.Name))}" };
var seed = new Option<ulong>("--seed") { Description = "same seed, same bytes", DefaultValueFactory = _ => 1 };
var folder = new Option<DirectoryInfo>("--out") { Description = "folder for the files", Required = true };

var write = new Command("write", "write a district's files: a OneRoster package with side files for each school year, corrections, and the answer key") { name, seed, folder };
write.SetAction(async (parsed, cancellation) =>
{
    if (Made(parsed) is not { } district)
        return 2;
    var target = Directory.CreateDirectory(parsed.GetRequiredValue(folder).FullName).FullName;
    foreach (var year in district.Years)
    {
        var package = new YearPackage(district, year);
        await using (var file = File.Create(Path.Combine(target, package.FileName)))
            await package.WriteAsync(file, entry => Console.Error.WriteLine($"{package.FileName}: {entry}"), cancellation);
        if (district.Shape.IsPlanted && year == BusDay.Year(district.Shape))
            await File.WriteAllTextAsync(Path.Combine(target, $"{district.Shape.Name}-{year}-correction-attendance.csv"), string.Concat(package.Correction().Select(row => row + "\r\n")), cancellation);
    }
    await File.WriteAllTextAsync(Path.Combine(target, $"{district.Shape.Name}-answer-key.json"), Key(district), cancellation);
    return 0;
});

var key = new Command("key", "print the answer key: what was planted, in exact counts") { name, seed };
key.SetAction(parsed =>
{
    if (Made(parsed) is not { } district)
        return 2;
    Console.WriteLine(Key(district));
    return 0;
});
return await new RootCommand("Synthetic school districts as the files that real ones send. No name or number in them belongs to a person.") { write, key }.Parse(args).InvokeAsync();

District? Made(ParseResult parsed)
{
    if (DistrictShape.Find(parsed.GetRequiredValue(name)) is { } shape)
        return new(shape, parsed.GetValue(seed));
    Console.Error.WriteLine($"There is no district '{parsed.GetValue(name)}'. There are: {string.Join(", ", DistrictShape.All.Select(s => s.Name))}.");
    return null;
}

static string Key(District district) => JsonSerializer.Serialize(AnswerKey.Of(district), Pretty.Json);

internal static class Pretty
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };
}
