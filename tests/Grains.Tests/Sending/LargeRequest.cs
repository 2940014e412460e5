using OrleansLb.Otlp.Memory;
using OrleansLb.Testing;

namespace OrleansLb.Grains.Tests.Sending;

/// <summary>
/// A payload larger than the window that a server opens, so that it cannot be written out unless the server reads. Its end
/// fails the test when the client goes on holding or touching the memory.
/// </summary>
internal sealed class LargeRequest : IAsyncDisposable
{
    private const int Length = 8 * 1024 * 1024;
    private readonly DebugPayloadPool _pool = new();

    public LargeRequest()
    {
        using var buffer = _pool.Rent(Length);
        Payload = buffer.Seal(Length);
    }

    public Payload Payload { get; }

    public async ValueTask DisposeAsync()
    {
        Payload.Release();
        await Eventually.Holds(() => _pool.Outstanding == 0);
        _pool.AssertClean();
    }
}
