using System.CommandLine;
using OrleansLb.Silo.CommandLine;

var handlers = new CommandHandlers(
    Run: static (_, _) => NotYetAsync("run"),
    Demo: static (_, _) => NotYetAsync("demo"));

return await OrleansLbCommand.InvokeAsync(args, handlers, new InvocationConfiguration()).ConfigureAwait(false);

static Task<int> NotYetAsync(string role)
{
    Console.Error.WriteLine($"Error: {role} is not supported yet");
    return Task.FromResult(1);
}
