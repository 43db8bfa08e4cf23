using EquityPlatform.AuditTool.Commands;

return await Tool.RunAsync(args, Console.Out, Console.Error);
