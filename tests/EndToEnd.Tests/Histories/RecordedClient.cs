using System.Buffers.Binary;
using System.Collections.Immutable;
using OrleansLb.EndToEnd.Tests.Infrastructure;
using OrleansLb.OtlpModel;

namespace OrleansLb.EndToEnd.Tests.Histories;

/// <summary>A client of one run of the program that writes down what it sends and hears. An answer that does not come in time is no answer.</summary>
internal sealed class RecordedClient(Uri receiver, int life, HistoryRecorder recorder) : IDisposable
{
    private const int Unavailable = 14;
    private const int ResourceExhausted = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly RawClient _client = new(receiver);

    public int Life => life;

    /// <summary>What the last answer asked for.</summary>
    public TimeSpan? RetryDelay { get; private set; }

    public async Task<AttemptOutcome> ExportAsync(ExportTraceServiceRequest request)
    {
        var items = ItemsOf(request);
        var sentAt = recorder.Now;
        ClientAttempt attempt;
        try
        {
            using var limit = new CancellationTokenSource(Patience);
            var answer = await _client.ExportAsync(request, limit.Token);
            attempt = new ClientAttempt(life, sentAt, recorder.Now, OutcomeOf(answer.Status), items)
            {
                Answer = answer.Status == 0 ? null : $"{answer.Status}: {answer.Message}",
                RetryDelay = answer.RetryDelay,
            };
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException or OperationCanceledException)
        {
            attempt = new ClientAttempt(life, sentAt, recorder.Now, AttemptOutcome.Unknown, items) { Answer = lost.Message };
        }

        recorder.Attempted(attempt);
        RetryDelay = attempt.RetryDelay;
        return attempt.Outcome;
    }

    public void Dispose() => _client.Dispose();

    private static AttemptOutcome OutcomeOf(int status) => status switch
    {
        0 => AttemptOutcome.Acknowledged,
        Unavailable or ResourceExhausted => AttemptOutcome.RefusedForNow,
        _ => AttemptOutcome.RefusedForGood,
    };

    private static ImmutableArray<SentItem> ItemsOf(ExportTraceServiceRequest request) =>
    [
        .. request.ResourceSpans.SelectMany(static resource => resource.ScopeSpans).SelectMany(static scope => scope.Spans)
            .Select(static span => new SentItem(BinaryPrimitives.ReadUInt64BigEndian(span.SpanId.Span), BinaryPrimitives.ReadUInt128BigEndian(span.TraceId.Span))),
    ];
}
