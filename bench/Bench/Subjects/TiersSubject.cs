using System.Globalization;
using OrleansLb.Bench.Processes;
using OrleansLb.Bench.Scenarios;

namespace OrleansLb.Bench.Subjects;

/// <summary>A cluster of two processes: one receives and routes, the other one has the grains. What they use is added up.</summary>
internal sealed class TiersSubject : ISubject
{
    private readonly BalancerSubject _silo;
    private readonly BalancerSubject _ingress;
    private readonly WorkDirectory _members;

    private TiersSubject(BalancerSubject silo, BalancerSubject ingress, WorkDirectory members) => (_silo, _ingress, _members) = (silo, ingress, members);

    public IReadOnlyList<int> ProcessIds => [_silo.ProcessId, _ingress.ProcessId];

    public string Endpoint => _ingress.Endpoint;

    public static async Task<ISubject> StartAsync(Programs programs, Scenario scenario, IReadOnlyList<string> backends, CancellationToken cancellationToken)
    {
        var members = new WorkDirectory();
        string[] cluster = ["--cluster.clustering", "file", "--cluster.connection-string", Path.GetFullPath(members.PathOf("members"))];
        string[] ports = ["--cluster.silo-port", Text(FreePort.Next()), "--cluster.gateway-port", Text(FreePort.Next())];
        BalancerSubject? silo = null;
        try
        {
            silo = await BalancerSubject.StartAsync(
                programs, scenario, backends, cancellationToken, null, [.. cluster, .. ports, "--cluster.advertised-address", "127.0.0.1", "--role", "silo"]).ConfigureAwait(false);
            var ingress = await BalancerSubject.StartAsync(programs, scenario, backends, cancellationToken, null, [.. cluster, "--role", "ingress"]).ConfigureAwait(false);
            return new TiersSubject(silo, ingress, members);
        }
        catch
        {
            if (silo is not null)
                await silo.DisposeAsync().ConfigureAwait(false);
            members.Dispose();
            throw;
        }
    }

    public async Task<RuntimeCounters> ReadRuntimeAsync(CancellationToken cancellationToken) =>
        await _silo.ReadRuntimeAsync(cancellationToken).ConfigureAwait(false) + await _ingress.ReadRuntimeAsync(cancellationToken).ConfigureAwait(false);

    public Task<StoreCounters> ReadStoreAsync(CancellationToken cancellationToken) => _silo.ReadStoreAsync(cancellationToken);

    public Task<QueueCounters> ReadQueuesAsync(CancellationToken cancellationToken) => _silo.ReadQueuesAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _ingress.DisposeAsync().ConfigureAwait(false);
        await _silo.DisposeAsync().ConfigureAwait(false);
        _members.Dispose();
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
