using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using OrleansLb.Otlp;
using OrleansLb.Silo.Load;

namespace OrleansLb.Bench.Roles;

/// <summary>
/// The role <c>load</c>: each line on standard input is a number of requests to send; each is answered with a line of JSON
/// once all of them are acknowledged.
/// </summary>
internal static class LoadRole
{
    public const string Name = "load";

    public static Command Command()
    {
        var target = new Option<string>("--target") { Required = true };
        var spans = new Option<int>("--spans") { DefaultValueFactory = _ => 1000 };
        var gzip = new Option<bool>("--gzip");
        var resources = new Option<int>("--resources") { DefaultValueFactory = _ => 5 };
        var services = new Option<int>("--services");
        var concurrency = new Option<int>("--concurrency") { DefaultValueFactory = _ => 8 };
        var connections = new Option<int>("--connections") { DefaultValueFactory = _ => 1 };
        var rate = new Option<double?>("--rate");
        var atOnce = new Option<bool>("--again-at-once");
        var heedsDelays = new Option<bool>("--heed-delays");
        var command = new Command(Name, "Sends spans when told to") { target, spans, gzip, resources, services, concurrency, connections, rate, atOnce, heedsDelays };
        command.Hidden = true;
        command.SetAction((arguments, cancellationToken) =>
        {
            var options = new TraceLoadOptions
            {
                Target = arguments.GetValue(target)!,
                SpansPerRequest = arguments.GetValue(spans),
                Compression = arguments.GetValue(gzip) ? ContentCoding.Gzip : ContentCoding.Identity,
                Resources = arguments.GetValue(resources),
                Services = arguments.GetValue(services),
                Concurrency = arguments.GetValue(concurrency),
                Connections = arguments.GetValue(connections),
                SpansPerSecond = arguments.GetValue(rate),
                HeedsRetryInfo = arguments.GetValue(heedsDelays),
            };
            return RunAsync(arguments.GetValue(atOnce) ? options with { RetryDelay = TimeSpan.Zero } : options, cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(TraceLoadOptions options, CancellationToken cancellationToken)
    {
        var latencies = new RequestLatencies();
        using var generator = new TraceGenerator(options with { Sent = latencies.Add }, TimeProvider.System);
        var counters = generator.Counters;
        while (await Console.In.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            var (spans, retries, rejected) = (counters.Spans, counters.Retries, counters.RejectedSpans);
            var watch = Stopwatch.StartNew();
            await generator.RunAsync(long.Parse(line, CultureInfo.InvariantCulture), cancellationToken).ConfigureAwait(false);
            double seconds = watch.Elapsed.TotalSeconds;
            var (median, high) = latencies.Take();
            var report = new LoadReport(
                counters.Spans - spans, counters.Retries - retries, counters.RejectedSpans - rejected, seconds, median, high, counters.LastTrouble);
            await Console.Out.WriteLineAsync(JsonSerializer.Serialize(report)).ConfigureAwait(false);
        }
        return 0;
    }
}
