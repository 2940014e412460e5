using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using OrleansLb.Silo.Sink;

namespace OrleansLb.Silo.CommandLine;

/// <summary>The command line of the program.</summary>
internal static class OrleansLbCommand
{
    public static RootCommand Create(CommandHandlers handlers)
    {
        var root = new RootCommand("OTLP load balancer: sends every trace whole to one backend, by Alloy configuration files.")
        {
            RunCommand.Create(handlers.Run),
            DemoCommand.Create(handlers.Demo),
            RouteCommand.Create(),
            RingCommand.Create(),
        };
        var sink = SinkCommand.Create();
        sink.Hidden = true;
        root.Add(sink);
        root.Options.OfType<VersionOption>().Single().Action = new PrintVersion();
        return root;
    }

    /// <summary>Parses and runs a command line.</summary>
    /// <returns>The exit code of the process.</returns>
    public static Task<int> InvokeAsync(IReadOnlyList<string> arguments, CommandHandlers handlers, InvocationConfiguration configuration)
    {
        var parsed = Create(handlers).Parse(AlloyFlag.WriteOut(arguments));

        // The parser takes an unknown flag before the path for the path, and complains about the path.
        if (parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(static argument => argument.Tokens).FirstOrDefault(IsFlag) is { } flag)
        {
            configuration.Error.WriteLine($"Unrecognized command or argument '{flag.Value}'.");
            return Task.FromResult(1);
        }

        // A page of help would hide what is wrong; only who gives no command at all is shown it.
        if (parsed.Action is ParseErrorAction errors && arguments.Count > 0)
            errors.ShowHelp = false;

        // The roles handle signals themselves: a shutdown drains queues, which takes longer than the parser's two seconds.
        configuration.ProcessTerminationTimeout = null;
        return parsed.InvokeAsync(configuration);
    }

    private static bool IsFlag(Token token) => token.Value.StartsWith("--", StringComparison.Ordinal);

    private sealed class PrintVersion : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine($"orleanslb {ProductVersion.Text}");
            return 0;
        }
    }
}
