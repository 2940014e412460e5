using System.IO.Pipelines;

namespace OrleansLb.Ingress.Receivers;

/// <summary>How long nothing may come of a body, of one listener.</summary>
/// <param name="Patience">So long; zero: for ever.</param>
/// <param name="Time">The clock.</param>
internal sealed record IdleLimit(TimeSpan Patience, TimeProvider Time)
{
    /// <summary>Reads what there is of a body, or waits for it.</summary>
    /// <param name="reader">The body.</param>
    /// <param name="watch">Set as soon as the body has to be waited for; the caller disposes it behind the last read.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public ValueTask<ReadResult> ReadAsync(PipeReader reader, ref IdleWatch? watch, CancellationToken cancellationToken)
    {
        var read = reader.ReadAsync(cancellationToken);
        if (watch is not null)
            watch.Note();
        else if (!read.IsCompleted && Patience > TimeSpan.Zero)
            watch = new IdleWatch(reader, this);
        return read;
    }

    /// <summary>The answer to a body that stands still.</summary>
    public BodyResult Refusal => BodyResult.Idle(Patience);
}
