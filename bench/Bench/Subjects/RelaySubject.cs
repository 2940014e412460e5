using System.Text.Json;
using OrleansLb.Bench.Processes;
using OrleansLb.Bench.Roles;
using OrleansLb.Bench.Scenarios;
using OrleansLb.Otlp;

namespace OrleansLb.Bench.Subjects;

/// <summary>The baseline as a process.</summary>
internal sealed class RelaySubject : ISubject
{
    private readonly ChildProcess _process;

    private RelaySubject(ChildProcess process, string endpoint)
    {
        (_process, Endpoint) = (process, endpoint);
    }

    public IReadOnlyList<int> ProcessIds => [_process.Id];

    public string Endpoint { get; }

    public static async Task<ISubject> StartAsync(Programs programs, Scenario scenario, IReadOnlyList<string> backends, CancellationToken cancellationToken)
    {
        var command = programs.BenchLikeBalancer.With(RelayRole.Name).With([.. backends.SelectMany(b => new[] { "--backend", b })]);
        if (scenario.Out == ContentCoding.Gzip)
            command = command.With("--gzip");
        var process = ChildProcess.Start(command, scenario.Variant.Environment);
        var endpoint = await process.ReadJsonAsync(cancellationToken).ConfigureAwait(false);
        return new RelaySubject(process, endpoint.GetString()!);
    }

    public async Task<RuntimeCounters> ReadRuntimeAsync(CancellationToken cancellationToken)
    {
        await _process.WriteLineAsync("", cancellationToken).ConfigureAwait(false);
        return (await _process.ReadJsonAsync(cancellationToken).ConfigureAwait(false)).Deserialize<RuntimeCounters>()!;
    }

    public Task<StoreCounters> ReadStoreAsync(CancellationToken cancellationToken) => Task.FromResult(StoreCounters.None);

    public Task<QueueCounters> ReadQueuesAsync(CancellationToken cancellationToken) => Task.FromResult(QueueCounters.None);

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
