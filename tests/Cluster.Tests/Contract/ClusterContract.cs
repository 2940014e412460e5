using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OrleansLb.EndToEnd.Tests.Infrastructure;
using OrleansLb.OtlpModel;
using OrleansLb.Testing.Requirements;
using Xunit.Abstractions;

namespace OrleansLb.Cluster.Tests.Contract;

/// <summary>Processes of one cluster, whichever store they find each other by. A test class of a store derives from it.</summary>
public abstract class ClusterContract(ITestOutputHelper output)
{
    private const string Silos = "orleanslb_cluster_silos";
    private const string Fingerprint = "orleanslb_ring_fingerprint";

    /// <summary>The kind of the store.</summary>
    protected abstract string Clustering { get; }

    /// <summary>A store that nobody else uses.</summary>
    protected abstract string ConnectionString { get; }

    [KitFact]
    public async Task Members_see_each_other_and_route_alike_and_one_goes_on_when_the_other_is_killed()
    {
        await using var a = await MockBackend.StartAsync();
        await using var b = await MockBackend.StartAsync();
        var cluster = new ClusterProcess(Clustering, ConnectionString, [a, b]);
        await using var first = await cluster.StartAsync();
        await using var second = await cluster.StartAsync();
        await first.MetricReachesAsync(2, Silos);
        await second.MetricReachesAsync(2, Silos);
        double fingerprint = await first.MetricAsync(Fingerprint);
        Assert.NotEqual(0, fingerprint);
        Assert.Equal(fingerprint, await second.MetricAsync(Fingerprint));

        var traces = new TraceFactory();
        await SendToBothAsync(traces, first, second);
        await MockBackend.UntilAsync(() => Delivered.SpanCount(a, b) >= traces.SpanIds.Count, "all spans", a, b);
        Delivered.EverySpanOnce(traces.SpanIds, a, b);
        Delivered.EveryTraceAtOneBackend(a, b);
        Delivered.EveryBackendHasSpans(a, b);

        long killed = Stopwatch.GetTimestamp();
        await first.KillAsync();
        await second.MetricFallsToAsync(1, Silos);
        output.WriteLine($"declared dead after {Stopwatch.GetElapsedTime(killed).TotalSeconds:0.0} s");
        await SendUntilTakenAsync(second, traces.Request(traces: 400, spansPerTrace: 1));
        await MockBackend.UntilAsync(() => SpanIds(a, b).IsSupersetOf(traces.SpanIds), "all spans after the kill", a, b);
        Delivered.EveryTraceAtOneBackend(a, b);
        Assert.Equal(fingerprint, await second.MetricAsync(Fingerprint));
    }

    [KitFact]
    public async Task A_member_that_stands_still_is_declared_dead_by_the_others()
    {
        await using var a = await MockBackend.StartAsync();
        var cluster = new ClusterProcess(Clustering, ConnectionString, [a]);
        await using var first = await cluster.StartAsync("silo");
        await using var second = await cluster.StartAsync("silo");
        await using var third = await cluster.StartAsync("silo");
        await first.MetricReachesAsync(3, Silos);
        await second.MetricReachesAsync(3, Silos);

        // it stands until this ends
        long stopped = Stopwatch.GetTimestamp();
        using (third.RunInBursts(running: TimeSpan.Zero, standing: Patience.Long))
        {
            await first.MetricFallsToAsync(2, Silos);
            output.WriteLine($"declared dead after {Stopwatch.GetElapsedTime(stopped).TotalSeconds:0.0} s");
            await second.MetricFallsToAsync(2, Silos);
        }

        // it finds out, and does not go on
        Assert.NotEqual(0, await third.ExitAsync());
    }

    [KitFact]
    public async Task A_member_that_stops_in_good_order_is_gone_at_once_and_may_come_again()
    {
        await using var a = await MockBackend.StartAsync();
        var cluster = new ClusterProcess(Clustering, ConnectionString, [a]);
        await using var first = await cluster.StartAsync();
        await using (var second = await cluster.StartAsync())
        {
            await first.MetricReachesAsync(2, Silos);
            second.Terminate();
            Assert.Equal(0, await second.ExitAsync());
            await first.MetricFallsToAsync(1, Silos);
        }

        await using var again = await cluster.StartAsync();
        await first.MetricReachesAsync(2, Silos);
        await SendUntilTakenAsync(again, new TraceFactory().Request(traces: 10));
    }

    [KitFact]
    public async Task Ingress_waits_for_silos_and_survives_the_loss_of_any_gateway()
    {
        await using var a = await MockBackend.StartAsync();
        await using var b = await MockBackend.StartAsync();
        var cluster = new ClusterProcess(Clustering, ConnectionString, [a, b]);
        await using var ingress = await cluster.LaunchAsync("ingress");
        await ingress.LineAsync(static line => line.Contains("no gateway of the cluster can be reached", StringComparison.Ordinal));
        var silos = new List<OrleansLbProcess> { await cluster.StartAsync("silo") };
        try
        {
            await ingress.ReadyAsync();
            silos.Add(await cluster.StartAsync("silo"));
            await ingress.MetricReachesAsync(2, Silos);
            Assert.DoesNotContain(silos, static silo => silo.Log.Contains("receiver is listening", StringComparison.Ordinal));
            var traces = new TraceFactory();
            await SendUntilTakenAsync(ingress, traces.Request(traces: 200));
            await MockBackend.UntilAsync(() => Delivered.SpanCount(a, b) >= traces.SpanIds.Count, "all spans", a, b);
            Delivered.EverySpanOnce(traces.SpanIds, a, b);

            // in turn, so that whichever it was connected to is lost once
            for (int round = 0; round < 2; round++)
            {
                await silos[0].KillAsync();
                await silos[0].DisposeAsync();
                silos.RemoveAt(0);
                await ingress.MetricFallsToAsync(1, Silos);
                await SendUntilTakenAsync(ingress, traces.Request(traces: 200));
                await MockBackend.UntilAsync(() => SpanIds(a, b).IsSupersetOf(traces.SpanIds), "all spans after the kill", a, b);
                silos.Add(await cluster.StartAsync("silo"));
                await ingress.MetricReachesAsync(2, Silos);
            }

            Delivered.EveryTraceAtOneBackend(a, b);
            ingress.Terminate();
            Assert.Equal(0, await ingress.ExitAsync());
        }
        finally
        {
            foreach (var silo in silos)
                await silo.DisposeAsync();
        }
    }

    [KitFact]
    public async Task Ingress_that_waits_for_silos_can_be_stopped()
    {
        await using var a = await MockBackend.StartAsync();
        var cluster = new ClusterProcess(Clustering, ConnectionString, [a]);
        await using var ingress = await cluster.LaunchAsync("ingress");
        await ingress.LineAsync(static line => line.Contains("no gateway of the cluster can be reached", StringComparison.Ordinal));

        ingress.Terminate();

        Assert.Equal(0, await ingress.ExitAsync());
    }

    [KitFact]
    public async Task With_certificates_only_members_get_in()
    {
        using var certificates = new MemberFiles();
        using var foreign = new MemberFiles();
        await using var a = await MockBackend.StartAsync();
        var cluster = new ClusterProcess(Clustering, ConnectionString, [a], certificates.Block);
        await using var silo = await cluster.StartAsync("silo");
        await using var second = await cluster.StartAsync();
        await using var ingress = await cluster.StartAsync("ingress");
        await silo.MetricReachesAsync(2, Silos);
        var traces = new TraceFactory();
        await SendUntilTakenAsync(ingress, traces.Request(traces: 50));
        await SendUntilTakenAsync(second, traces.Request(traces: 50));
        await MockBackend.UntilAsync(() => Delivered.SpanCount(a) >= traces.SpanIds.Count, "all spans", a);

        await using var plain = await cluster.LaunchAsync("ingress", settingsOfItsOwn: "");
        await using var stranger = await cluster.LaunchAsync("ingress", foreign.Block);
        await plain.LineAsync(static line => line.Contains("no gateway of the cluster can be reached", StringComparison.Ordinal));
        await stranger.LineAsync(static line => line.Contains("no gateway of the cluster can be reached", StringComparison.Ordinal));
        Assert.DoesNotContain("orleanslb is running", plain.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("orleanslb is running", stranger.Log, StringComparison.Ordinal);
    }

    private static HashSet<string> SpanIds(params MockBackend[] backends) =>
        [.. backends.SelectMany(static backend => backend.Spans).Select(static span => Convert.ToHexStringLower(span.SpanId.Span))];

    private static async Task SendToBothAsync(TraceFactory traces, OrleansLbProcess first, OrleansLbProcess second)
    {
        // half of every trace through each
        var request = traces.Request(traces: 400, spansPerTrace: 1);
        await SendUntilTakenAsync(first, request);
        await SendUntilTakenAsync(second, traces.More(request));
    }

    private static async Task SendUntilTakenAsync(OrleansLbProcess balancer, ExportTraceServiceRequest request)
    {
        using var client = new RawClient(await balancer.ReceiverAsync("grpc"));
        await client.ExportUntilTakenAsync(request);
    }

    /// <summary>An authority with one member, in files.</summary>
    private sealed class MemberFiles : IDisposable
    {
        private readonly string _directory = Directory.CreateTempSubdirectory("olb-tls-").FullName;

        public MemberFiles()
        {
            var from = DateTimeOffset.UtcNow.AddMinutes(-5);
            using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var authority = new CertificateRequest("CN=authority", authorityKey, HashAlgorithmName.SHA256);
            authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            using var root = authority.CreateSelfSigned(from, from.AddHours(1));
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            using var member = new CertificateRequest("CN=member", key, HashAlgorithmName.SHA256).Create(root, from, from.AddHours(1), [1]);
            File.WriteAllText(Path.Combine(_directory, "ca.pem"), root.ExportCertificatePem());
            File.WriteAllText(Path.Combine(_directory, "cert.pem"), member.ExportCertificatePem());
            File.WriteAllText(Path.Combine(_directory, "key.pem"), key.ExportPkcs8PrivateKeyPem());
        }

        public string Block => $$"""
            tls {
              ca_file   = "{{_directory}}/ca.pem"
              cert_file = "{{_directory}}/cert.pem"
              key_file  = "{{_directory}}/key.pem"
            }
            """;

        public void Dispose() => Directory.Delete(_directory, recursive: true);
    }
}
