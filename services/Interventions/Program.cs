using EquityPlatform.Interventions;
using EquityPlatform.ServiceHost;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatformService(InterventionsService.Definition);
builder.Services.AddInterventions();
var app = builder.Build();
app.MapPlatformService().MapInterventions();
return await app.RunPlatformServiceAsync(args);

/// <summary>Entry point, public so that tests can host it.</summary>
public partial class Program;
