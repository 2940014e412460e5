using System.IO.Pipelines;

namespace OrleansLb.Ingress.Receivers;

/// <summary>A connection that shows its first byte to somebody on its way to the reader, who goes on as without it: nothing waits, and nothing is read ahead.</summary>
internal sealed class FirstByteTransport(IDuplexPipe connection, Action<byte> look) : IDuplexPipe
{
    public PipeReader Input { get; } = new Reader(connection.Input, look);

    public PipeWriter Output => connection.Output;

    private sealed class Reader(PipeReader input, Action<byte> look) : PipeReader
    {
        private Action<byte>? _look = look;

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
            _look is null ? input.ReadAsync(cancellationToken) : ReadFirst(cancellationToken);

        public override bool TryRead(out ReadResult result)
        {
            bool read = input.TryRead(out result);
            if (read)
                Look(result);
            return read;
        }

        public override void AdvanceTo(SequencePosition consumed) => input.AdvanceTo(consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => input.AdvanceTo(consumed, examined);

        public override void CancelPendingRead() => input.CancelPendingRead();

        public override void Complete(Exception? exception = null) => input.Complete(exception);

        public override ValueTask CompleteAsync(Exception? exception = null) => input.CompleteAsync(exception);

        private async ValueTask<ReadResult> ReadFirst(CancellationToken cancellationToken)
        {
            var result = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            Look(result);
            return result;
        }

        private void Look(in ReadResult result)
        {
            if (_look is null || result.Buffer.IsEmpty)
                return;
            _look(result.Buffer.FirstSpan[0]);
            _look = null;
        }
    }
}
