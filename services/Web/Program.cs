using EquityPlatform.Hosting;
using EquityPlatform.Web;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatformHosting("web");
builder.AddWebSite();
var app = builder.Build();
app.UseWebSite();
await app.RunAsync();

/// <summary>Entry point, public so that tests can host it.</summary>
public partial class Program;
