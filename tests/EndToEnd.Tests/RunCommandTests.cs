using OrleansLb.EndToEnd.Tests.Infrastructure;
using OrleansLb.Testing;

namespace OrleansLb.EndToEnd.Tests;

/// <summary><c>orleanslb run</c> as a process: configuration files, admin pages, signals.</summary>
public sealed class RunCommandTests
{
    [AcceptanceTheory]
    [InlineData("alloy-static.alloy")]
    [InlineData("alloy-dns.alloy")]
    [InlineData("alloy-dns-alloy_lb.alloy")]
    [InlineData("agent-flow-static.river")]
    [InlineData("agent-flow-dns-agent_lb.river")]
    public async Task An_acceptance_configuration_runs_as_it_is(string file)
    {
        await using var balancer = await OrleansLbProcess.RunFileAsync(Path.Combine(AcceptanceFiles.Folder!, file));
        using var http = new HttpClient();
        var admin = await balancer.AdminAsync();

        Assert.True((await http.GetAsync(new Uri(admin, "/-/ready"))).IsSuccessStatusCode);
        Assert.True((await http.GetAsync(new Uri(admin, "/-/healthy"))).IsSuccessStatusCode);
        balancer.Terminate();
        Assert.Equal(0, await balancer.ExitAsync());
    }

    [Fact]
    public async Task A_wrong_configuration_ends_the_program_with_the_place_of_the_mistake()
    {
        string directory = Directory.CreateTempSubdirectory("orleanslb-e2e-").FullName;
        string path = Path.Combine(directory, "config.alloy");
        await File.WriteAllTextAsync(path, "otelcol.receiver.otlp \"default\" {\n  grpc { }\n  outptu { }\n}\n");
        await using var process = OrleansLbProcess.Start("run", path, "--loopback-only");

        Assert.Equal(1, await process.ExitAsync());
        Assert.Contains($"{path}:3:3: unrecognized block name \"outptu\"", process.Log, StringComparison.Ordinal);
        Assert.Contains("could not perform the initial load successfully", process.Log, StringComparison.Ordinal);
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task A_store_is_opened_in_the_storage_path_and_one_that_cannot_be_keeps_the_program_from_starting()
    {
        string directory = Directory.CreateTempSubdirectory("orleanslb-e2e-").FullName;
        string path = Path.Combine(directory, "config.alloy");
        string[] arguments = ["run", path, "--storage.path", directory, "--server.http.listen-addr", "127.0.0.1:0"];
        await File.WriteAllTextAsync(path, "otelcol.storage.file \"queues\" { timeout = \"1ms\" }\n");
        await using (var first = OrleansLbProcess.Start(arguments))
        {
            await first.LineAsync(static line => line.Contains("is running", StringComparison.Ordinal));
            Assert.True(File.Exists(Path.Combine(directory, "otelcol.storage.file.queues", "orleanslb.db")));

            await using var second = OrleansLbProcess.Start(arguments);
            Assert.Equal(1, await second.ExitAsync());
            Assert.Contains("Error: otelcol.storage.file.queues: storage directory", second.Log, StringComparison.Ordinal);
            Assert.Contains("is in use by another process", second.Log, StringComparison.Ordinal);
            first.Terminate();
            Assert.Equal(0, await first.ExitAsync());
        }

        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task Sigterm_delivers_what_is_queued_before_the_program_ends()
    {
        await using var backend = await MockBackend.StartAsync();
        var open = new TaskCompletionSource();
        backend.Script = _ => open.Task.IsCompleted ? Reply.Ok : Reply.Unavailable;
        await using var balancer = await OrleansLbProcess.RunAsync(Configurations.Balancer([backend]));
        using var client = new RawClient(await balancer.ReceiverAsync("grpc"));
        var traces = new TraceFactory();

        for (int i = 0; i < 5; i++)
            Assert.Equal(0, (await client.ExportAsync(traces.Request(traces: 20))).Status);
        balancer.Terminate();
        open.SetResult();
        Assert.Equal(0, await balancer.ExitAsync());

        Delivered.EverySpanOnce(traces.SpanIds, backend);
    }

    [Fact]
    public async Task Sigterm_says_what_was_left_when_the_time_for_draining_is_over()
    {
        await using var backend = await MockBackend.StartAsync();
        backend.Script = static _ => Reply.Unavailable;
        await using var balancer = await OrleansLbProcess.RunAsync(Configurations.Balancer([backend]), "--shutdown-timeout", "1s");
        using var client = new RawClient(await balancer.ReceiverAsync("grpc"));
        var traces = new TraceFactory();

        Assert.Equal(0, (await client.ExportAsync(traces.Request(traces: 20))).Status);
        balancer.Terminate();
        Assert.Equal(0, await balancer.ExitAsync());

        Assert.Contains(
            balancer.Log.Split('\n'),
            l => l.Contains(backend.Endpoint, StringComparison.Ordinal) && l.Contains(traces.SpanIds.Count.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_second_sigterm_ends_the_program_at_once()
    {
        await using var backend = await MockBackend.StartAsync();
        backend.Script = static _ => Reply.Unavailable;
        await using var balancer = await OrleansLbProcess.RunAsync(Configurations.Balancer([backend]), "--shutdown-timeout", "10m");
        using var client = new RawClient(await balancer.ReceiverAsync("grpc"));
        Assert.Equal(0, (await client.ExportAsync(new TraceFactory().Request(traces: 1))).Status);

        balancer.Terminate();
        await balancer.LineAsync(static l => l.Contains("SIGTERM", StringComparison.OrdinalIgnoreCase));
        balancer.Terminate();

        Assert.Equal(128 + 15, await balancer.ExitAsync());
    }

    [Fact]
    public async Task Sigterm_while_the_program_starts_ends_it_in_good_order()
    {
        string directory = Directory.CreateTempSubdirectory("orleanslb-e2e-").FullName;
        string path = Path.Combine(directory, "config.alloy");
        await using var backend = await MockBackend.StartAsync();
        await File.WriteAllTextAsync(path, Configurations.Balancer([backend]));
        await using var process = OrleansLbProcess.Start("run", path, "--loopback-only", "--server.http.listen-addr", "127.0.0.1:0");

        await process.LineAsync(static l => l.Contains("is starting", StringComparison.Ordinal));
        process.Terminate();

        Assert.Equal(0, await process.ExitAsync());
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task A_configuration_that_cannot_be_read_is_named()
    {
        await using var process = OrleansLbProcess.Start("run", "/nowhere/config.alloy");

        Assert.Equal(1, await process.ExitAsync());
        Assert.StartsWith("Error: reading config path \"/nowhere/config.alloy\": ", process.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_file_may_hold_several_receivers_and_exporters_and_a_receiver_may_feed_several_consumers()
    {
        await using var a = await MockBackend.StartAsync();
        await using var b = await MockBackend.StartAsync();
        await using var balancer = await OrleansLbProcess.RunAsync($$"""
            otelcol.receiver.otlp "both" {
              grpc { endpoint = "127.0.0.1:0" }
              output {
                traces = [otelcol.exporter.loadbalancing.first.input, otelcol.exporter.loadbalancing.second.input, otelcol.exporter.debug.default.input]
              }
            }
            otelcol.receiver.otlp "second_only" {
              grpc { endpoint = "127.0.0.1:0" }
              output { traces = [otelcol.exporter.loadbalancing.second.input] }
            }
            otelcol.exporter.debug "default" { }
            otelcol.exporter.loadbalancing "first" {
              resolver {
                static { hostnames = ["{{a.Endpoint}}"] }
              }
              protocol {
                otlp {
                  client {
                    tls { insecure = true }
                  }
                }
              }
            }
            otelcol.exporter.loadbalancing "second" {
              ring = "collector"
              resolver {
                static { hostnames = ["{{b.Endpoint}}"] }
              }
              protocol {
                otlp {
                  client {
                    tls { insecure = true }
                  }
                }
              }
            }
            """);
        using var toBoth = new RawClient(await balancer.ReceiverAsync("grpc", "otelcol.receiver.otlp.both"));
        using var toSecond = new RawClient(await balancer.ReceiverAsync("grpc", "otelcol.receiver.otlp.second_only"));
        var shared = new TraceFactory(seed: 1);
        var own = new TraceFactory(seed: 2);

        Assert.Equal(0, (await toBoth.ExportAsync(shared.Request(traces: 10, spansPerTrace: 2))).Status);
        Assert.Equal(0, (await toSecond.ExportAsync(own.Request(traces: 5, spansPerTrace: 2))).Status);
        await MockBackend.UntilAsync(() => Delivered.SpanCount(a) >= 20 && Delivered.SpanCount(b) >= 30, "both delivered", a, b);

        Delivered.EverySpanOnce(shared.SpanIds, a);
        Delivered.EverySpanOnce(shared.SpanIds.Union(own.SpanIds).ToHashSet(), b);
    }
}
