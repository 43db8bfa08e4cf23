using EquityPlatform.Indicators;
using EquityPlatform.ServiceHost;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatformService(IndicatorsService.Definition);
builder.Services.AddIndicators();
var app = builder.Build();
app.MapPlatformService().MapIndicators();
return await app.RunPlatformServiceAsync(args);

/// <summary>Entry point, public so that tests can host it.</summary>
public partial class Program;
