using System.CommandLine;
using System.Net;
using OrleansLb.Silo.CommandLine;

namespace OrleansLb.Silo.Sink;

/// <summary>The command line of the role <c>sink</c>.</summary>
internal static class SinkCommand
{
    public static Command Create()
    {
        var listen = new Option<IPEndPoint>("--listen")
        {
            Description = "Address and port of the first OTLP/gRPC endpoint; port 0 takes any free one",
            DefaultValueFactory = _ => new IPEndPoint(IPAddress.Loopback, 0),
            CustomParser = result =>
            {
                if (IPEndPoint.TryParse(result.Tokens[0].Value, out var endpoint))
                    return endpoint;
                result.AddError($"'{result.Tokens[0].Value}' is no address with a port, like 127.0.0.1:4317");
                return null;
            },
        };
        var listenCount = new Option<int>("--listen-count")
        {
            Description = "How many OTLP/gRPC endpoints to open",
            DefaultValueFactory = _ => 1,
        };
        var trackTraces = new Option<bool>("--track-traces") { Description = "Remember every trace ID and its number of spans" };
        var delay = DurationOption.Create("--delay", "How long answers are held back, like those of a slow backend", TimeSpan.Zero);
        var exitWithParent = new Option<bool>("--exit-with-stdin") { Description = "End when standard input ends" };

        var command = new Command("sink", "Run an OTLP/gRPC backend that counts what it receives") { listen, listenCount, trackTraces, delay, exitWithParent };
        command.SetAction(async (arguments, cancellationToken) =>
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            if (arguments.GetValue(exitWithParent))
                _ = ParentLink.FollowAsync(Console.OpenStandardInput(), stop);
            var options = new SinkOptions
            {
                Listen = arguments.GetValue(listen)!,
                ListenCount = arguments.GetValue(listenCount),
                TrackTraces = arguments.GetValue(trackTraces),
                Delay = arguments.GetValue(delay) ?? TimeSpan.Zero,
            };
            await SinkRole.RunAsync(options, Console.Out, stop.Token).ConfigureAwait(false);
            return 0;
        });
        return command;
    }
}
