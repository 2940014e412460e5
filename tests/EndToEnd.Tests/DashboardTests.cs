using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using OrleansLb.EndToEnd.Tests.Infrastructure;
using OrleansLb.Testing;

namespace OrleansLb.EndToEnd.Tests;

/// <summary>Orleans' dashboard as an operator meets it on the admin listener.</summary>
public sealed class DashboardTests
{
    private const string Name = "backends.e2e.internal";

    [Fact]
    public async Task It_shows_our_grains_and_their_calls_and_not_the_time_of_a_long_poll()
    {
        await using var a = await MockBackend.StartAsync(IPAddress.Parse("127.0.0.2"));
        await using var b = await MockBackend.StartAsync(IPAddress.Parse("127.0.0.3"), a.Port);
        await using var c = await MockBackend.StartAsync(IPAddress.Parse("127.0.0.4"), a.Port);
        using var hosts = new HostsFile(Name, a);
        string configuration = Configurations.Balancer([], exporter: "debounce = \"100ms\"", resolver: $"dns {{\nhostname = \"{Name}\"\nport = \"{a.Port}\"\ninterval = \"100ms\"\n}}");
        await using var balancer = await OrleansLbProcess.RunAsync(configuration, "--dns.hosts-file", hosts.Path, "--dashboard");
        using var admin = new HttpClient { BaseAddress = await balancer.AdminAsync() };
        Assert.Contains("<title>Orleans Dashboard</title>", await admin.GetStringAsync("/dashboard"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync("/dashboard/index.min.js")).StatusCode);

        // calls are measured once somebody has looked
        using var client = new RawClient(await balancer.ReceiverAsync("grpc"));
        var traces = new TraceFactory();
        await CallsAreShownAsync(admin, client, traces, moreThan: 0);
        string counters = await admin.GetStringAsync("/dashboard/DashboardCounters");
        Assert.Contains("OrleansLb.Grains.Membership.ResolverGrain", counters, StringComparison.Ordinal);
        Assert.Contains("OrleansLb.Grains.Exporting.ExporterGrain", counters, StringComparison.Ordinal);

        // The poll that waits since the start ends with the first news; the next one begins now that calls are measured, and ends with the second.
        // What is shown of later calls was told together with it or after it.
        hosts.Write(a, b);
        await SendUntilAsync(client, traces, () => Task.FromResult(b.Attempts > 0));
        hosts.Write(a, b, c);
        await SendUntilAsync(client, traces, () => Task.FromResult(c.Attempts > 0));
        await CallsAreShownAsync(admin, client, traces, moreThan: await CallsAsync(admin, "OrleansLb.Grains.Exporting.ExporterGrain", "Enqueue"));
        Assert.Equal(0, await CallsAsync(admin, "OrleansLb.Grains.Membership.ResolverGrain", "GetSnapshot"));
    }

    [Fact]
    public async Task Without_being_asked_for_there_is_none()
    {
        await using var backend = await MockBackend.StartAsync();
        await using var balancer = await OrleansLbProcess.RunAsync(Configurations.Balancer([backend]));
        using var admin = new HttpClient { BaseAddress = await balancer.AdminAsync() };

        Assert.Equal(HttpStatusCode.NotFound, (await admin.GetAsync("/dashboard")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.GetAsync("/dashboard/DashboardCounters")).StatusCode);
    }

    [Fact]
    public async Task Who_does_not_know_the_password_sees_nothing_of_it_and_the_other_pages_all_the_same()
    {
        await using var backend = await MockBackend.StartAsync();
        string configuration = "orleanslb {\ndashboard = true\ndashboard_auth {\nusername = \"ops\"\npassword = \"secret\"\n}\n}\n" + Configurations.Balancer([backend]);
        await using var balancer = await OrleansLbProcess.RunAsync(configuration);
        using var admin = new HttpClient { BaseAddress = await balancer.AdminAsync() };
        foreach (string path in (string[])["/dashboard", "/dashboard/", "/dashboard/ClusterStats", "/dashboard/no/such/page"])
        {
            var nobody = await GetAsync(admin, path, credentials: null);
            Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
            Assert.Equal("Basic", nobody.Headers.WwwAuthenticate.Single().Scheme);
            Assert.Equal(HttpStatusCode.Unauthorized, (await GetAsync(admin, path, "ops:wrong")).StatusCode);
        }

        Assert.Equal(HttpStatusCode.OK, (await GetAsync(admin, "/dashboard/", "ops:secret")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(admin, "/dashboard/ClusterStats", "ops:secret")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(admin, "/dashboard/no/such/page", "ops:secret")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(admin, "/-/ready", credentials: null)).StatusCode);
    }

    private static async Task<HttpResponseMessage> GetAsync(HttpClient admin, string path, string? credentials)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (credentials is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
        return await admin.SendAsync(request);
    }

    // the profiler hands its figures on once a second
    private static Task CallsAreShownAsync(HttpClient admin, RawClient client, TraceFactory traces, long moreThan) =>
        SendUntilAsync(client, traces, async () => await CallsAsync(admin, "OrleansLb.Grains.Exporting.ExporterGrain", "Enqueue") > moreThan);

    private static Task SendUntilAsync(RawClient client, TraceFactory traces, Func<Task<bool>> condition) => Eventually.Holds(async () =>
    {
        Assert.Equal(0, (await client.ExportAsync(traces.Request(traces: 20))).Status);
        return await condition();
    });

    private static async Task<long> CallsAsync(HttpClient admin, string grain, string method)
    {
        using var page = JsonDocument.Parse(await admin.GetStringAsync($"/dashboard/GrainStats/{grain}"));
        return page.RootElement.EnumerateObject().Where(entry => entry.Name.EndsWith($".{method}", StringComparison.Ordinal) || entry.Name == method)
            .SelectMany(static entry => entry.Value.EnumerateObject()).Sum(static second => second.Value.GetProperty("count").GetInt64());
    }
}
