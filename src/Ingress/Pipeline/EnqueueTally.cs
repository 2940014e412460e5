using OrleansLb.Grains.Exporting.Messages;

namespace OrleansLb.Ingress.Pipeline;

/// <summary>Makes one answer of the outcomes of a request's parts. What may succeed later outweighs what never will.</summary>
internal struct EnqueueTally
{
    /// <summary>What the client is told to wait when no grain knows better.</summary>
    public static readonly TimeSpan DefaultRetryDelay = TimeSpan.FromSeconds(1);

    private string? _refusal;
    private string? _rejection;
    private TimeSpan? _retryAfter;
    private bool _isCancelled;

    /// <summary>The longest delay that a grain asks for.</summary>
    public readonly TimeSpan? RetryAfter => _retryAfter;

    /// <summary>Items of the parts that were refused for good.</summary>
    public int RejectedItems { get; private set; }

    /// <summary>What will not be any different next time.</summary>
    public readonly EnqueueTally WithoutRefusals() => new() { _rejection = _rejection, RejectedItems = RejectedItems };

    public void Add(EnqueueOutcome outcome, int items)
    {
        if (outcome.Status == EnqueueStatus.Rejected)
            RejectedItems += items;
        switch (outcome.Status)
        {
            case EnqueueStatus.Accepted:
                break;
            case EnqueueStatus.Rejected:
                _rejection ??= outcome.Message ?? "a backend refused the data";
                break;
            case EnqueueStatus.Cancelled:
                _isCancelled = true;
                _refusal ??= outcome.Message;
                break;
            default:
                _refusal ??= outcome.Message ?? "not accepted";
                if (outcome.RetryAfter is { } delay && delay > (_retryAfter ?? TimeSpan.Zero))
                    _retryAfter = delay;
                break;
        }
    }

    /// <summary>A part whose grain did not answer.</summary>
    public void AddLost() => _refusal ??= "an exporter did not answer";

    /// <summary>The answer for the client of a request with this one outcome.</summary>
    public static ConsumeResult ResultOf(EnqueueOutcome outcome)
    {
        var tally = default(EnqueueTally);
        tally.Add(outcome, 0);
        return tally.ToResult();
    }

    /// <summary>The answer for a sending queue.</summary>
    public readonly EnqueueOutcome ToOutcome() => (_refusal, _rejection) switch
    {
        _ when _isCancelled => EnqueueOutcome.Cancelled,
        ({ } refusal, _) => new() { Status = EnqueueStatus.Failed, Message = refusal, RetryAfter = _retryAfter },
        (_, { } rejection) => new() { Status = EnqueueStatus.Rejected, Message = rejection },
        _ => EnqueueOutcome.Accepted,
    };

    public readonly ConsumeResult ToResult() => (_refusal, _rejection) switch
    {
        _ when _isCancelled => ConsumeResult.Cancelled,
        ({ } refusal, _) => new(ConsumeStatus.Unavailable, refusal, _retryAfter ?? DefaultRetryDelay),
        (_, { } rejection) => new(ConsumeStatus.Rejected, rejection),
        _ => ConsumeResult.Accepted,
    };
}
