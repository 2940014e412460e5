using System.Net;
using OrleansLb.Grains.Membership.Resolving;

namespace OrleansLb.Grains.Tests.Membership;

/// <summary>A name service that answers what the test says.</summary>
internal sealed class ScriptedLookup : IHostLookup
{
    private volatile Func<Task<IReadOnlyList<IPAddress>>> _answer = static () => Task.FromResult<IReadOnlyList<IPAddress>>([]);
    private int _asked;

    public int Asked => Volatile.Read(ref _asked);

    public void Answer(params string[] addresses)
    {
        IPAddress[] parsed = [.. addresses.Select(IPAddress.Parse)];
        _answer = () => Task.FromResult<IReadOnlyList<IPAddress>>(parsed);
    }

    public void Fail(Exception exception) => _answer = () => Task.FromException<IReadOnlyList<IPAddress>>(exception);

    public void Hang() => _answer = static () => new TaskCompletionSource<IReadOnlyList<IPAddress>>().Task;

    public Task<IReadOnlyList<IPAddress>> LookupAsync(string host, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _asked);
        return _answer();
    }
}
