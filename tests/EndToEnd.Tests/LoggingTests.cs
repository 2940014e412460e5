using System.Globalization;
using OrleansLb.EndToEnd.Tests.Infrastructure;

namespace OrleansLb.EndToEnd.Tests;

/// <summary>The log of the program when nobody reads it, and when the program ends.</summary>
public sealed class LoggingTests
{
    [Fact]
    public async Task A_log_that_nobody_reads_holds_up_neither_requests_nor_the_end()
    {
        const int LineLength = 4096;
        const int Requests = 500; // two megabytes: more than the pipe and what may wait in the program
        await using var backend = await MockBackend.StartAsync();
        int port = FreePorts.Next();
        int adminPort = FreePorts.Next();
        string configuration = "logging { level = \"debug\" }\n" + Configurations.Balancer([backend]).Replace(
            "grpc { endpoint = \"127.0.0.1:0\" }", string.Create(CultureInfo.InvariantCulture, $"grpc {{ endpoint = \"127.0.0.1:{port}\" }}"), StringComparison.Ordinal);
        await using var balancer = await OrleansLbProcess.LaunchUnreadAsync(configuration, "--server.http.listen-addr", $"127.0.0.1:{adminPort}");
        using var admin = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{adminPort}") };
        await balancer.ReadyAsync(admin);

        // a timeout that is no number is ignored, and the log says so
        using var client = new RawClient(new Uri($"http://127.0.0.1:{port}")) { GrpcTimeout = new string('x', LineLength) };
        var traces = new TraceFactory();
        for (int i = 0; i < Requests; i++)
            Assert.Equal(0, (await client.ExportAsync(traces.Request(traces: 1))).Status);
        await MockBackend.UntilAsync(() => Delivered.SpanCount(backend) >= traces.SpanIds.Count, "all spans", backend);

        string metrics = await admin.GetStringAsync("/metrics");
        string dropped = metrics.Split('\n').Single(static line => line.StartsWith("orleanslb_log_lines_dropped_total{", StringComparison.Ordinal));
        Assert.InRange(int.Parse(dropped.Split(' ')[^1], CultureInfo.InvariantCulture), 1, Requests);

        balancer.Terminate();
        Assert.Equal(0, await balancer.ExitAsync());
        string[] log = (await balancer.ReadLogAsync()).Split('\n');
        Assert.Contains("orleanslb is starting", log[0], StringComparison.Ordinal);
        Assert.Equal(log[..^1].Select(TimeOf).Order(StringComparer.Ordinal), log[..^1].Select(TimeOf));
    }

    [Fact]
    public async Task The_last_lines_come_out_when_a_second_signal_ends_the_program()
    {
        // a queue that cannot be emptied keeps the shutdown busy
        await using var backend = await MockBackend.StartAsync();
        backend.Script = static _ => Reply.Unavailable;
        await using var balancer = await OrleansLbProcess.RunAsync(Configurations.Balancer([backend]), "--shutdown-timeout", "10m");
        using var client = new RawClient(await balancer.ReceiverAsync("grpc"));
        Assert.Equal(0, (await client.ExportAsync(new TraceFactory().Request(traces: 1))).Status);

        balancer.Terminate();
        await balancer.LineAsync(static line => line.Contains("a second signal ends the process at once", StringComparison.Ordinal));
        balancer.Terminate();
        Assert.Equal(143, await balancer.ExitAsync());
        await balancer.LineAsync(static line => line.Contains("second signal: ending at once", StringComparison.Ordinal));
    }

    private static string TimeOf(string line) => line.Split(' ')[0];
}
