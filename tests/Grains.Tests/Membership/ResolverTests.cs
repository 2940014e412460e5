using System.Net;
using System.Net.Sockets;
using OrleansLb.Grains.Membership.Resolving;
using OrleansLb.Grains.Options;
using OrleansLb.Testing;

namespace OrleansLb.Grains.Tests.Membership;

public sealed class ResolverTests
{
    private readonly FakeTime _time = new();
    private readonly ScriptedLookup _lookup = new();

    [Fact]
    public async Task The_static_list_is_sorted_resolved_once_and_keeps_duplicates_for_the_Collectors_ring()
    {
        var resolver = new StaticResolver(new ResolverOptions.Static(["backend-2", "backend-10", "backend-1", "backend-2"]));
        Assert.Null(resolver.Interval);
        Assert.Equal(["backend-1", "backend-10", "backend-2", "backend-2"], (await resolver.ResolveAsync(default)).Backends.ToArray());
    }

    [Fact]
    public async Task Addresses_of_both_families_become_sorted_endpoints_without_duplicates()
    {
        _lookup.Answer("10.0.0.2", "fd00::1", "10.0.0.10", "10.0.0.2", "fe80::1%3", "::ffff:10.0.0.2");
        var resolution = await Dns().ResolveAsync(default);
        Assert.Null(resolution.Failure);
        Assert.Equal(["10.0.0.10:4317", "10.0.0.2:4317", "[fd00::1]:4317", "[fe80::1%3]:4317"], resolution.Backends.ToArray());
    }

    [Fact]
    public async Task Without_a_port_the_endpoint_is_the_address()
    {
        _lookup.Answer("10.0.0.1", "fd00::1");
        Assert.Equal(["10.0.0.1", "[fd00::1]"], (await Dns(port: "").ResolveAsync(default)).Backends.ToArray());
    }

    [Fact]
    public async Task A_look_up_that_fails_or_finds_nothing_is_a_failure_and_no_empty_list()
    {
        _lookup.Fail(new SocketException((int)SocketError.HostNotFound));
        Assert.Contains("looking up backends.test", (await Dns().ResolveAsync(default)).Failure, StringComparison.Ordinal);

        _lookup.Answer();
        Assert.NotNull((await Dns().ResolveAsync(default)).Failure);
    }

    [Fact]
    public async Task A_look_up_that_hangs_is_left_behind_after_the_timeout()
    {
        _lookup.Hang();
        var resolution = Dns().ResolveAsync(default);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("no answer for backends.test within 2 s", (await resolution).Failure);
    }

    [Fact]
    public async Task Being_cancelled_is_no_failure_of_the_resolver()
    {
        _lookup.Hang();
        using var cancellation = new CancellationTokenSource();
        var resolution = Dns().ResolveAsync(cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => resolution);
    }

    [Fact]
    public void Zero_times_mean_the_defaults() =>
        Assert.Equal(TimeSpan.FromSeconds(5), new DnsResolver(new("x") { Interval = TimeSpan.Zero }, _lookup, _time).Interval);

    [Fact]
    public async Task A_hosts_file_is_read_again_for_every_look_up_and_passes_on_what_it_lacks()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            var hosts = new HostsFileLookup(path, _lookup);
            await File.WriteAllTextAsync(path, "# trial\n10.0.0.1\tBackends.test other # the first\n::1 backends.test\nnonsense backends.test\n");
            Assert.Equal([IPAddress.Parse("10.0.0.1"), IPAddress.IPv6Loopback], await hosts.LookupAsync("backends.test.", default));

            await File.WriteAllTextAsync(path, "10.0.0.2 backends.test\n");
            Assert.Equal([IPAddress.Parse("10.0.0.2")], await hosts.LookupAsync("backends.test", default));

            _lookup.Answer("10.0.0.3");
            Assert.Equal([IPAddress.Parse("10.0.0.3")], await hosts.LookupAsync("elsewhere.test", default));
        }
        finally
        {
            File.Delete(path);
        }

        var missing = new DnsResolver(new("backends.test"), new HostsFileLookup(path, _lookup), _time);
        Assert.Contains(path, (await missing.ResolveAsync(default)).Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_system_knows_the_loopback() =>
        Assert.Contains((await new SystemHostLookup().LookupAsync("localhost", default)), IPAddress.IsLoopback);

    private DnsResolver Dns(string port = "4317") =>
        new(new("backends.test") { Port = port, Timeout = TimeSpan.FromSeconds(2) }, _lookup, _time);
}
