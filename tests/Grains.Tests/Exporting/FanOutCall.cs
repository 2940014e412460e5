using OrleansLb.Grains.Exporting.SendingQueues;

namespace OrleansLb.Grains.Tests.Exporting;

/// <summary>One request that reached a <see cref="FakeFanOut"/>.</summary>
internal sealed record FanOutCall(FanOutRequest Request, int[] Traces)
{
    private readonly TaskCompletionSource<FanOutResult> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<FanOutResult> Result => _answer.Task;

    public void Answer(FanOutResult result) => _answer.TrySetResult(result);

    public void Deliver() => Answer(FakeFanOut.Taken);
}
