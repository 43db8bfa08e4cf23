using EquityPlatform.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatformHosting("web");
var app = builder.Build();
app.UsePlatformHosting();
await app.RunAsync();

/// <summary>Entry point, public so that tests can host it.</summary>
public partial class Program;
