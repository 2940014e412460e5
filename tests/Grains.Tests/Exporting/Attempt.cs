using OrleansLb.Grains.Sending;
using OrleansLb.Otlp;

namespace OrleansLb.Grains.Tests.Exporting;

/// <summary>One attempt that reached a fake backend.</summary>
internal sealed record Attempt(string Endpoint, int[] Traces, ContentCoding Coding, TimeSpan Timeout)
{
    private readonly TaskCompletionSource<ExportOutcome> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<ExportOutcome> Outcome => _answer.Task;

    public void Answer(ExportOutcome outcome) => _answer.TrySetResult(outcome);

    public void Deliver() => Answer(ExportOutcome.Delivered.Instance);

    public void Throw(Exception exception) => _answer.TrySetException(exception);
}
