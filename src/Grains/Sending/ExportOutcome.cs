using OrleansLb.Otlp.Grpc;

namespace OrleansLb.Grains.Sending;

/// <summary>What became of one attempt at sending a part; one of the nested kinds.</summary>
internal abstract record ExportOutcome
{
    private ExportOutcome()
    {
    }

    /// <summary>The backend has it: nothing is to be sent again, even if it refused some of the items.</summary>
    public bool IsSuccess => this is Delivered or PartiallyRejected;

    /// <summary>The backend took everything.</summary>
    public sealed record Delivered : ExportOutcome
    {
        private Delivered()
        {
        }

        /// <summary>The only one there is.</summary>
        public static Delivered Instance { get; } = new();
    }

    /// <summary>The backend took the request and refused some items, or only warns (<paramref name="Items"/> = 0). Must not be retried.</summary>
    public sealed record PartiallyRejected(long Items, string Message) : ExportOutcome;

    /// <summary>The part may be sent again.</summary>
    /// <param name="Code">The backend's status, or what stands for a fault of the link.</param>
    /// <param name="Message">Why.</param>
    /// <param name="RetryDelay">The least delay the backend asks for.</param>
    public sealed record Retryable(GrpcStatusCode Code, string Message, TimeSpan? RetryDelay = null) : ExportOutcome
    {
        /// <summary>The connection was dead, and there is another one: the backend knows nothing of the attempt, and a pause would spare nobody.</summary>
        public bool IsLinkLost { get; init; }
    }

    /// <summary>Sending the part again would not help.</summary>
    public sealed record Permanent(GrpcStatusCode Code, string Message) : ExportOutcome;
}
