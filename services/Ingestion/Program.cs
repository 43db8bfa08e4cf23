using EquityPlatform.Ingestion;
using EquityPlatform.ServiceHost;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatformService(IngestionService.Definition);
builder.Services.AddIngestion();
var app = builder.Build();
app.MapPlatformService().MapIngestion();
return await app.RunPlatformServiceAsync(args);

/// <summary>Entry point, public so that tests can host it.</summary>
public partial class Program;
