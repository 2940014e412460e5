using System.CommandLine;
using OrleansLb.Silo.CommandLine;

namespace OrleansLb.Silo.Tests.Explain;

/// <summary>Runs a command line of the tools that explain, in this process.</summary>
internal static class Tool
{
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var handlers = new CommandHandlers(
            static (_, _) => throw new InvalidOperationException("run was called"), static (_, _) => throw new InvalidOperationException("demo was called"));
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        int exitCode = await OrleansLbCommand.InvokeAsync(arguments, handlers, new InvocationConfiguration { Output = output, Error = error });
        return (exitCode, output.ToString(), error.ToString());
    }

    /// <summary>The output of a command line that must succeed without a word on standard error.</summary>
    public static async Task<string> OutputAsync(params string[] arguments)
    {
        var (exitCode, output, error) = await RunAsync(arguments);
        Assert.Equal("", error);
        Assert.Equal(0, exitCode);
        return output;
    }
}
