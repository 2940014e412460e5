using OrleansLb.EndToEnd.Tests.Infrastructure;
using OrleansLb.OtlpModel;

namespace OrleansLb.EndToEnd.Tests.Histories;

/// <summary>A client of one run of the program that writes down what it sends and hears. An answer that does not come in time is no answer.</summary>
internal sealed class RecordedClient(Uri receiver, int life, HistoryRecorder recorder) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly RawClient _client = new(receiver);

    public int Life => life;

    /// <summary>What the last answer asked for.</summary>
    public TimeSpan? RetryDelay { get; private set; }

    public async Task<AttemptOutcome> ExportAsync(ExportTraceServiceRequest request)
    {
        var items = ClientAttempt.ItemsOf(request);
        var sentAt = recorder.Now;
        ClientAttempt attempt;
        try
        {
            using var limit = new CancellationTokenSource(Patience);
            var answer = await _client.ExportAsync(request, limit.Token);
            attempt = ClientAttempt.Answered(life, sentAt, recorder.Now, items, answer);
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException or OperationCanceledException)
        {
            attempt = ClientAttempt.Lost(life, sentAt, recorder.Now, items, lost);
        }

        recorder.Attempted(attempt);
        RetryDelay = attempt.RetryDelay;
        return attempt.Outcome;
    }

    public void Dispose() => _client.Dispose();
}
