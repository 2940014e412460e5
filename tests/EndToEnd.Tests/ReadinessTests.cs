using System.Net;
using System.Text.Json;
using OrleansLb.EndToEnd.Tests.Infrastructure;

namespace OrleansLb.EndToEnd.Tests;

/// <summary>When the program says that it is ready, and what then becomes of requests.</summary>
public sealed class ReadinessTests
{
    private const int Unavailable = 14;
    private const string Name = "backends.e2e.internal";

    [Fact]
    public async Task A_late_answer_of_the_name_service_holds_up_readiness_and_receivers_until_it_is_there()
    {
        await using var backend = await MockBackend.StartAsync();
        using var hosts = new HeldUpHostsFile();
        await using var balancer = await OrleansLbProcess.LaunchAsync(
            Exporter("a", $$"""static { hostnames = ["{{backend.Endpoint}}"] }""")
            + Exporter("b", Dns(Name, backend.Port, "timeout = \"10m\"\ninterval = \"1h\"")),
            "--dns.hosts-file", hosts.Path);
        using var admin = new HttpClient { BaseAddress = await balancer.AdminAsync() };

        // the one that can have a table has it; the other one is under way
        await VerboseAsync(admin, static states => states is { a: "table", b: "waiting" });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await admin.GetAsync("/-/ready")).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await admin.GetAsync("/-/ready?verbose")).StatusCode);
        Assert.DoesNotContain("receiver is listening", balancer.Log, StringComparison.Ordinal);

        await hosts.AnswerAsync(Name, backend.Address);
        await balancer.ReadyAsync();
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync("/-/ready")).StatusCode);
        Assert.Equal(0, await ExportAsync(await balancer.ReceiverAsync("grpc", "otelcol.receiver.otlp.a")));
        Assert.Equal(0, await ExportAsync(await balancer.ReceiverAsync("grpc", "otelcol.receiver.otlp.b")));
    }

    [Fact]
    public async Task A_signal_ends_a_program_that_still_waits_for_its_tables()
    {
        using var hosts = new HeldUpHostsFile();
        await using var balancer = await OrleansLbProcess.LaunchAsync(
            Exporter("a", $$"""static { hostnames = ["127.0.0.1:1"] }""") + Exporter("b", Dns(Name, 1, "timeout = \"10m\"")),
            "--dns.hosts-file", hosts.Path, "--shutdown-timeout", "2s");
        using var admin = new HttpClient { BaseAddress = await balancer.AdminAsync() };
        await VerboseAsync(admin, static states => states is { a: "table", b: "waiting" });

        balancer.Terminate();
        Assert.Equal(0, await balancer.ExitAsync());
        Assert.DoesNotContain("receiver is listening", balancer.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("is running", balancer.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_does_not_exist_holds_up_nobody_and_only_its_own_requests_are_refused()
    {
        await using var backend = await MockBackend.StartAsync();
        using var nobody = new HostsFile(Name);
        await using var balancer = await OrleansLbProcess.RunAsync(
            Exporter("a", $$"""static { hostnames = ["{{backend.Endpoint}}"] }""") + Exporter("b", Dns("nobody.invalid", 1)), "--dns.hosts-file", nobody.Path);
        using var admin = new HttpClient { BaseAddress = await balancer.AdminAsync() };

        Assert.Equal("orleanslb is ready.\n", await admin.GetStringAsync("/-/ready"));
        string failure = await VerboseAsync(admin, static states => states is { a: "table", b: "no backends" });
        Assert.Contains("nobody.invalid", failure, StringComparison.Ordinal);
        Assert.Equal(0, await ExportAsync(await balancer.ReceiverAsync("grpc", "otelcol.receiver.otlp.a")));
        Assert.Equal(Unavailable, await ExportAsync(await balancer.ReceiverAsync("grpc", "otelcol.receiver.otlp.b")));
    }

    /// <summary>The least niceness and one burst of CPU time out of four: as on a machine that starts many programs at once.</summary>
    [Fact]
    public async Task Whoever_is_first_to_reach_a_receiver_of_a_slow_start_is_served_and_so_is_everyone_from_the_first_200()
    {
        await using var backend = await MockBackend.StartAsync();
        using var hosts = new HostsFile(Name, backend);
        int[] ports = [.. Enumerable.Range(0, 6).Select(static _ => FreePorts.Next())];
        string configuration = Exporter("z", Dns("nobody.invalid", 1)) + string.Concat(ports.Select((port, i) => Exporter(
            $"e{i}", i % 2 == 0 ? $$"""static { hostnames = ["{{backend.Endpoint}}"] }""" : Dns(Name, backend.Port), port)));
        int admin = FreePorts.Next();

        await using var balancer = await OrleansLbProcess.LaunchSlowlyAsync(
            configuration, "--dns.hosts-file", hosts.Path, "--server.http.listen-addr", $"127.0.0.1:{admin}");
        using var bursts = balancer.RunInBursts(TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(150));
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{admin}") };
        var first = ports.Select(static port => FirstAnswerAsync(new Uri($"http://127.0.0.1:{port}"))).ToArray();
        await balancer.ReadyAsync(http);

        int[] answers = await Task.WhenAll(ports.Select(static port => ExportAsync(new Uri($"http://127.0.0.1:{port}"))));
        Assert.All(answers, static status => Assert.Equal(0, status));
        Assert.All(await Task.WhenAll(first), static status => Assert.Equal(0, status));
    }

    /// <summary>Tries again and again until somebody listens.</summary>
    private static async Task<int> FirstAnswerAsync(Uri receiver)
    {
        using var limit = new CancellationTokenSource(Patience.Long);
        while (true)
        {
            try
            {
                return await ExportAsync(receiver);
            }
            catch (HttpRequestException)
            {
                await Task.Delay(5, limit.Token);
            }
        }
    }

    private static async Task<int> ExportAsync(Uri receiver)
    {
        using var client = new RawClient(receiver);
        return (await client.ExportAsync(new TraceFactory().Request(traces: 5))).Status;
    }

    /// <summary>Asks until the exporters a and b have the wanted states.</summary>
    /// <returns>The failure of b.</returns>
    private static async Task<string> VerboseAsync(HttpClient admin, Func<(string? a, string? b), bool> wanted)
    {
        using var limit = new CancellationTokenSource(Patience.Long);
        while (true)
        {
            using var response = await admin.GetAsync("/-/ready?verbose", limit.Token);
            using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(limit.Token));
            var exporters = json.RootElement.GetProperty("exporters").EnumerateArray().ToDictionary(
                static e => e.GetProperty("componentId").GetString()!.Split('.')[^1], static e => e, StringComparer.Ordinal);
            string? State(string label) => exporters.TryGetValue(label, out var exporter) ? exporter.GetProperty("state").GetString() : null;
            if (wanted((State("a"), State("b"))))
                return exporters["b"].TryGetProperty("failure", out var failure) ? failure.GetString()! : "";
        }
    }

    private static string Exporter(string label, string resolver, int port = 0) => $$"""
        otelcol.receiver.otlp "{{label}}" {
          grpc { endpoint = "127.0.0.1:{{port}}" }
          output { traces = [otelcol.exporter.loadbalancing.{{label}}.input] }
        }

        otelcol.exporter.loadbalancing "{{label}}" {
          resolver {
            {{resolver}}
          }
          protocol {
            otlp {
              client {
                tls { insecure = true }
              }
            }
          }
        }

        """;

    private static string Dns(string name, int port, string more = "") => $"dns {{\nhostname = \"{name}\"\nport = \"{port}\"\n{more}\n}}";
}
