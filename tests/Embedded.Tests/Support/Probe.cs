using System.Collections.Concurrent;

namespace OrleansLb.Embedded.Tests.Support;

/// <summary>What the test and its grains see of each other: a log of what happened and gates at which grain code waits.</summary>
internal sealed class Probe
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly ConcurrentQueue<string> _log = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _gates = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _arrivals = new();

    public IReadOnlyList<string> Log => [.. _log];

    public void Note(string what)
    {
        _log.Enqueue(what);
        At(_arrivals, what).TrySetResult();
    }

    public int Count(string what) => _log.Count(noted => noted == what);

    /// <summary>Completes once the grain's code has noted this.</summary>
    public Task Reached(string what) => At(_arrivals, what).Task.WaitAsync(s_limit);

    /// <summary>Completes once the test has opened the gate.</summary>
    public Task Gate(string name) => At(_gates, name).Task.WaitAsync(s_limit);

    public void Open(string name) => At(_gates, name).TrySetResult();

    private static TaskCompletionSource At(ConcurrentDictionary<string, TaskCompletionSource> map, string name) =>
        map.GetOrAdd(name, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
