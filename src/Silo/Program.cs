using System.CommandLine;
using OrleansLb.Silo.CommandLine;
using OrleansLb.Silo.Demo;
using OrleansLb.Silo.Hosting;

RuntimeSwitches.Apply();
var handlers = new CommandHandlers(RunRole.RunAsync, DemoRole.RunAsync);
return await OrleansLbCommand.InvokeAsync(args, handlers, new InvocationConfiguration()).ConfigureAwait(false);
