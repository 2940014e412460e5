using System.Net.Http.Headers;
using OrleansLb.Otlp.Grpc;

namespace OrleansLb.Ingress.Tests.Receivers;

/// <summary>What came back from a unary call.</summary>
internal sealed record GrpcAnswer(int HttpStatus, GrpcStatusCode? Code, string? Message, GrpcStatus? Details, byte[] Body, bool TrailersOnly, string? AcceptEncoding)
{
    public static GrpcAnswer Of(HttpResponseMessage response, byte[] body)
    {
        bool trailersOnly = response.Headers.Contains(GrpcHeaderNames.Status);
        var fields = trailersOnly ? response.Headers : response.TrailingHeaders;
        GrpcStatus? details = null;
        if (Value(fields, GrpcHeaderNames.StatusDetails) is { } value)
        {
            Assert.True(GrpcBinaryHeader.TryDecode(value, out byte[] bytes));
            Assert.True(RpcStatus.TryDecode(bytes, out var status));
            details = status;
        }

        return new GrpcAnswer(
            (int)response.StatusCode,
            GrpcStatus.TryParseCode(Value(fields, GrpcHeaderNames.Status), out var code) ? code : null,
            Value(fields, GrpcHeaderNames.Message) is { } message ? GrpcMessage.Decode(message) : null,
            details,
            body,
            trailersOnly,
            Value(response.Headers, GrpcHeaderNames.AcceptEncoding));
    }

    private static string? Value(HttpHeaders headers, string name) => headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;
}
