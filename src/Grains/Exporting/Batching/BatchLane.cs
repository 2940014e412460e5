using OrleansLb.Grains.Exporting.Queueing;
using OrleansLb.Grains.Options;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Batching;

namespace OrleansLb.Grains.Exporting.Batching;

/// <summary>The parts of one signal that wait to be merged, first in, first out. Used on its grain's turns only.</summary>
internal sealed class BatchLane(Signal signal, BatchOptions options, TimeProvider time)
{
    private readonly LinkedList<(QueuedPart Part, long Arrived)> _parts = [];
    private TaskCompletionSource _full = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _size;

    public Signal Signal => signal;

    /// <summary>Whether somebody sees to this lane.</summary>
    public bool IsServed { get; set; }

    public bool IsEmpty => _parts.Count == 0;

    /// <summary>Whether there is enough for a batch.</summary>
    public bool IsFull => !IsEmpty && _size >= options.MinSize;

    /// <summary>Whether there is as much as a batch can hold, so that nothing is gained by more.</summary>
    public bool IsAbundant => !IsEmpty && _size >= Math.Max(options.MinSize, options.MaxSize);

    /// <summary>Whether the first part has waited for as long as it may.</summary>
    public bool IsDue => _parts.First is { } first && time.GetElapsedTime(first.Value.Arrived) >= options.FlushTimeout;

    /// <summary>Whether a batch is large enough by itself.</summary>
    public bool WouldFill(QueuedPart batch) => SizeOf(batch) >= options.MinSize;

    public void Add(QueuedPart part)
    {
        _parts.AddLast((part, time.GetTimestamp()));
        Grow(part);
    }

    /// <summary>Puts back what was left of a part when the rest of it was sent.</summary>
    public void AddFirst(QueuedPart rest)
    {
        _parts.AddFirst((rest, time.GetTimestamp()));
        Grow(rest);
    }

    /// <summary>Waits until there is enough for a batch, the time is over or <see cref="Flush"/> is called.</summary>
    public async Task WaitUntilReady()
    {
        if (IsFull || _parts.First is not { } first)
            return;
        var left = options.FlushTimeout - time.GetElapsedTime(first.Value.Arrived);
        if (left <= TimeSpan.Zero)
            return;
        await _full.Task.WaitAsync(left, time)
            .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Ends the wait.</summary>
    public void Flush() => _full.TrySetResult();

    /// <summary>Takes the parts of one batch: what fits, and one more that may have to be cut. All are meant for the same seating. None when those that waited are done already.</summary>
    public List<QueuedPart> Take()
    {
        var taken = new List<QueuedPart>();
        long most = options.MaxSize > 0 ? options.MaxSize : Math.Max(options.MinSize, 1);
        long size = 0;
        while (size < most && _parts.First is { } first && (taken.Count == 0 || taken[0].Since == first.Value.Part.Since))
        {
            var part = first.Value.Part;
            _parts.RemoveFirst();
            _size -= SizeOf(part);

            // its caller went away while it waited
            if (part.IsFinished)
                continue;
            part.IsTaken = true;
            taken.Add(part);
            size += SizeOf(part);
        }

        if (_size < options.MinSize && _full.Task.IsCompleted)
            _full = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return taken;
    }

    private void Grow(QueuedPart part)
    {
        _size += SizeOf(part);
        if (IsFull)
            _full.TrySetResult();
    }

    private int SizeOf(QueuedPart part) => options.Sizer == ItemSizer.Bytes ? part.PlainLength : part.Items;
}
