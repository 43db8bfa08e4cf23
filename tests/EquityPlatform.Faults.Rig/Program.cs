using EquityPlatform.Faults.Rig;
using EquityPlatform.ServiceHost;

// A service as small as a service can be, but a real one: the fault suite runs several processes of it, as source and as sink
var builder = WebApplication.CreateBuilder(args);
var sink = builder.Configuration["Rig:Role"] == "sink";
builder.Services.AddSingleton<TimeProvider>(new SteppedClock(builder.Configuration["Rig:ClockFile"]));
builder.AddPlatformService(sink ? RigService.Sink : RigService.Source);
if (sink)
    builder.Services.AddBusConsumer<SinkLedger>();
else
    builder.Services.AddSubscription<SourceLedger>();
var app = builder.Build();
var api = app.MapPlatformService();
if (!sink)
    api.MapEntries();
return await app.RunPlatformServiceAsync(args);
