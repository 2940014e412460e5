using System.Collections.Concurrent;

namespace OrleansLb.Storage.Sqlite;

/// <summary>A few connections for reads: as many run at once, the others wait without a thread.</summary>
internal sealed class ReaderPool(string path) : IDisposable
{
    private const int Size = 4;

    private readonly SemaphoreSlim _free = new(Size);
    private readonly ConcurrentBag<Reader> _idle = [];

    /// <summary>Runs on a pool thread with a reader of its own.</summary>
    public async Task<TResult> RunAsync<TResult>(Func<Reader, TResult> read, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await Task.Run(() => Run(read), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>Waits for the reads that run.</summary>
    public void Dispose()
    {
        for (int i = 0; i < Size; i++)
            _free.Wait();
        foreach (var reader in _idle)
            reader.Dispose();
        _idle.Clear();
    }

    private TResult Run<TResult>(Func<Reader, TResult> read)
    {
        if (!_idle.TryTake(out var reader))
            reader = new Reader(new Connection(path));
        try
        {
            return read(reader);
        }
        finally
        {
            _idle.Add(reader);
        }
    }
}
