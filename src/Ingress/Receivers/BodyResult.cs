using System.Diagnostics.CodeAnalysis;
using OrleansLb.Otlp.Grpc;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Ingress.Receivers;

/// <summary>A body that was read whole, or why it was not.</summary>
internal readonly struct BodyResult
{
    private BodyResult(Payload? payload, IntakeResult refusal, bool lacksMemory = false)
    {
        Payload = payload;
        Refusal = refusal;
        LacksMemory = lacksMemory;
    }

    /// <summary>There was no memory for it: nothing is wrong with the body.</summary>
    public static BodyResult NoMemory { get; } = new(null, default, lacksMemory: true);

    public Payload? Payload { get; }

    public IntakeResult Refusal { get; }

    public bool LacksMemory { get; }

    /// <summary>Whether there is a reason not to read on.</summary>
    public bool IsRefusal => LacksMemory || Refusal.Reason != RejectReason.None;

    [MemberNotNullWhen(true, nameof(Payload))]
    public bool IsComplete => Payload is not null;

    public static BodyResult Complete(Payload payload) => new(payload, default);

    public static BodyResult TooLarge(long length, long limit) => new(
        null, IntakeResult.Reject(RejectReason.TooLarge, GrpcStatusCode.ResourceExhausted, $"the request of {length} bytes or more is larger than {limit} bytes"));

    /// <summary>Nothing came for so long. UNAVAILABLE, because that is what clients send again.</summary>
    public static BodyResult Idle(TimeSpan patience) => new(
        null, IntakeResult.Reject(RejectReason.Idle, GrpcStatusCode.Unavailable, $"nothing came of the request for {patience.TotalSeconds:0.###} s (read_idle_timeout)"));

    public static BodyResult Framing(string message) => new(null, IntakeResult.Reject(RejectReason.Framing, GrpcStatusCode.Internal, message));
}
