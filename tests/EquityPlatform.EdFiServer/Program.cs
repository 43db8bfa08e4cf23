using EquityPlatform.EdFiServer;

// dotnet run --project tests/EquityPlatform.EdFiServer -- --data FOLDER --urls http://127.0.0.1:8765 --key demo --secret demo-secret
var settings = new ConfigurationBuilder().AddCommandLine(args).Build();
var folder = settings["data"] ?? Path.Combine(AppContext.BaseDirectory, "ed-fi", "grand-bend");
await using var server = await EdFiHost.StartAsync(folder, settings["urls"] ?? "http://127.0.0.1:8765", settings["key"] ?? "demo", settings["secret"] ?? "demo-secret");
Console.WriteLine($"Ed-Fi-shaped server at {server.Address}, {server.Store.Count} items of {folder}. Ctrl+C ends it.");
await server.RunAsync();
