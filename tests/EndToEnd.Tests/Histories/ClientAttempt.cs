using System.Buffers.Binary;
using System.Collections.Immutable;
using OrleansLb.EndToEnd.Tests.Infrastructure;
using OrleansLb.OtlpModel;

namespace OrleansLb.EndToEnd.Tests.Histories;

/// <summary>One request of one client. What is sent again is another attempt with the same items.</summary>
/// <param name="Life">The index of the program's run that was asked.</param>
/// <param name="SentAt">Before the first byte.</param>
/// <param name="AnsweredAt">After the answer, or when the connection was gone.</param>
internal sealed record ClientAttempt(int Life, TimeSpan SentAt, TimeSpan AnsweredAt, AttemptOutcome Outcome, ImmutableArray<SentItem> Items)
{
    private const int Unavailable = 14;
    private const int ResourceExhausted = 8;

    /// <summary>Status and message of a refusal.</summary>
    public string? Answer { get; init; }

    /// <summary>The delay that a refusal asks for: <c>RetryInfo</c>, or <c>Retry-After</c>.</summary>
    public TimeSpan? RetryDelay { get; init; }

    /// <summary>An attempt that was answered.</summary>
    public static ClientAttempt Answered(int life, TimeSpan sentAt, TimeSpan answeredAt, ImmutableArray<SentItem> items, ClientAnswer answer) => new(life, sentAt, answeredAt, OutcomeOf(answer.Status), items)
    {
        Answer = answer.Status == 0 ? null : $"{answer.Status}: {answer.Message}",
        RetryDelay = answer.RetryDelay,
    };

    /// <summary>An attempt of which nothing was heard: whether it was taken is not known.</summary>
    public static ClientAttempt Lost(int life, TimeSpan sentAt, TimeSpan answeredAt, ImmutableArray<SentItem> items, Exception fault) =>
        new(life, sentAt, answeredAt, AttemptOutcome.Unknown, items) { Answer = fault.Message };

    /// <summary>What a request has.</summary>
    public static ImmutableArray<SentItem> ItemsOf(ExportTraceServiceRequest request) =>
    [
        .. request.ResourceSpans.SelectMany(static resource => resource.ScopeSpans).SelectMany(static scope => scope.Spans)
            .Select(static span => new SentItem(BinaryPrimitives.ReadUInt64BigEndian(span.SpanId.Span), BinaryPrimitives.ReadUInt128BigEndian(span.TraceId.Span))),
    ];

    private static AttemptOutcome OutcomeOf(int status) => status switch
    {
        0 => AttemptOutcome.Acknowledged,
        Unavailable or ResourceExhausted => AttemptOutcome.RefusedForNow,
        _ => AttemptOutcome.RefusedForGood,
    };
}
