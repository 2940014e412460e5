using System.Text;
using OrleansLb.Otlp.Grpc;

namespace OrleansLb.Ingress.Tests.Receivers;

/// <summary>What came back over HTTP.</summary>
internal sealed record HttpAnswer(int Status, string? ContentType, string? RetryAfter, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>The body as a <c>google.rpc.Status</c>.</summary>
    public GrpcStatus Details
    {
        get
        {
            Assert.Equal("application/x-protobuf", ContentType);
            Assert.True(RpcStatus.TryDecode(Body, out var status));
            return status;
        }
    }
}
