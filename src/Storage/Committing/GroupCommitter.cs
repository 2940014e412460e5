using System.Threading.Channels;
using OrleansLb.Storage.Telemetry;

namespace OrleansLb.Storage.Committing;

/// <summary>
/// The only writer of a database, on a thread of its own: all changes that arrive while a transaction is under way share the next one.
/// </summary>
internal sealed class GroupCommitter : IAsyncDisposable
{
    // 64 MiB in one transaction: more makes it no cheaper, but its callers and the file that is written ahead wait longer
    private const long MaxBytes = 64 << 20;
    private const int MaxChanges = 1024;

    private readonly Channel<StateChange> _waiting = Channel.CreateBounded<StateChange>(
        new BoundedChannelOptions(MaxChanges) { SingleReader = true });

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<StateChange> _batch = new(MaxChanges);
    private readonly StateChange[] _single = new StateChange[1];
    private readonly IStateDatabase _database;
    private readonly StoreMetrics _metrics;

    public GroupCommitter(string name, IStateDatabase database, StoreMetrics metrics)
    {
        _database = database;
        _metrics = metrics;
        new Thread(Run) { Name = $"storage {name}", IsBackground = true }.Start();
    }

    /// <summary>Stores a change. It may be cancelled until the transaction that it is part of has begun.</summary>
    /// <exception cref="ObjectDisposedException">The store is closed.</exception>
    public async Task CommitAsync(StateChange change, CancellationToken cancellationToken)
    {
        try
        {
            await _waiting.Writer.WriteAsync(change, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is ChannelClosedException or OperationCanceledException)
        {
            change.Data.Release();
            ObjectDisposedException.ThrowIf(exception is ChannelClosedException, typeof(IGrainStorage));
            throw;
        }

        using var withdrawal = cancellationToken.UnsafeRegister(static (state, token) => ((StateChange)state!).Withdraw(token), change);
        await change.Completion.ConfigureAwait(false);
    }

    /// <summary>Stores what waits and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _ended.Task.ConfigureAwait(false);
    }

    private void Run()
    {
        var reader = _waiting.Reader;
        while (WaitForMore(reader))
        {
            Collect(reader);
            if (_batch.Count == 0)
                continue;
            if (!TryCommit(_batch))
            {
                // one of them spoils it for the others: each gets a transaction of its own, and only the culprit fails
                foreach (var change in _batch)
                {
                    _single[0] = change;
                    TryCommit(_single);
                }
            }

            _batch.Clear();
            _database.Tidy(idle: !reader.TryPeek(out _));
        }

        _ended.SetResult();
    }

    private static bool WaitForMore(ChannelReader<StateChange> reader)
    {
        var more = reader.WaitToReadAsync();
        return more.IsCompleted ? more.Result : more.AsTask().GetAwaiter().GetResult();
    }

    private void Collect(ChannelReader<StateChange> reader)
    {
        long bytes = 0;
        while (_batch.Count < MaxChanges && bytes < MaxBytes && reader.TryRead(out var change))
        {
            if (!change.TryTake())
            {
                change.Data.Release();
                continue;
            }

            bytes += change.Data.Bytes.Length;
            _batch.Add(change);
        }
    }

    /// <summary>False: nothing is stored, nobody has been told, and it is worth trying the changes one by one.</summary>
    private bool TryCommit(IReadOnlyList<StateChange> changes)
    {
        try
        {
            _database.Commit(changes);
        }
#pragma warning disable CA1031 // whatever goes wrong is the callers' to know, and the thread goes on
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (changes.Count > 1 && exception is not StoreUnreachableException)
                return false;
            foreach (var change in changes)
                change.Fail(exception);
            return true;
        }

        _metrics.Committed(changes);
        foreach (var change in changes)
            change.Complete();
        return true;
    }
}
