using EquityPlatform.Reporting;
using EquityPlatform.ServiceHost;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatformService(ReportingService.Definition);
builder.Services.AddReporting();
var app = builder.Build();
app.MapPlatformService().MapReporting();
return await app.RunPlatformServiceAsync(args);

/// <summary>Entry point, public so that tests can host it.</summary>
public partial class Program;
