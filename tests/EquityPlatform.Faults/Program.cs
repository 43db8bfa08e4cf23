using EquityPlatform.Faults.Suite;

return await Commands.RunAsync(args);
