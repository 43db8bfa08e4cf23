using EquityPlatform.Gateway;
using EquityPlatform.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatformHosting("gateway");
builder.AddGateway();
var app = builder.Build();
app.UseGateway();
await app.RunAsync();

/// <summary>Entry point, public so that tests can host it.</summary>
public partial class Program;
