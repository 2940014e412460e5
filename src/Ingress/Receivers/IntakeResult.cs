using OrleansLb.Otlp.Grpc;

namespace OrleansLb.Ingress.Receivers;

/// <summary>The answer to a request, before it takes the form of its transport.</summary>
/// <param name="Status">The status.</param>
/// <param name="Reason">Why the request never reached a consumer; <see cref="RejectReason.None"/> when it did.</param>
internal readonly record struct IntakeResult(GrpcStatus Status, RejectReason Reason = RejectReason.None)
{
    /// <summary>How many items stood in a field of before OTLP 0.15.</summary>
    public int OldItems { get; init; }

    public static IntakeResult Reject(RejectReason reason, GrpcStatusCode code, string message) => new(new GrpcStatus(code, message), reason);
}
