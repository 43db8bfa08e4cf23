using EquityPlatform.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatformHosting("gateway");
builder.Services.AddReverseProxy().LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"));
var app = builder.Build();
app.UsePlatformHosting();
app.MapReverseProxy();
await app.RunAsync();

/// <summary>Entry point, public so that tests can host it.</summary>
public partial class Program;
