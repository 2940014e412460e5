namespace OrleansLb.Otlp.Grpc;

/// <summary>Names and values of the headers and trailers that gRPC defines, in the lower case of HTTP/2.</summary>
public static class GrpcHeaderNames
{
    /// <summary>The status code, in decimal.</summary>
    public const string Status = "grpc-status";

    /// <summary>The percent-encoded status message.</summary>
    public const string Message = "grpc-message";

    /// <summary>A base64-coded <c>google.rpc.Status</c>.</summary>
    public const string StatusDetails = "grpc-status-details-bin";

    /// <summary>The caller's patience.</summary>
    public const string Timeout = "grpc-timeout";

    /// <summary>The coding of messages whose compressed flag is set.</summary>
    public const string Encoding = "grpc-encoding";

    /// <summary>The codings that the sender of this header can read.</summary>
    public const string AcceptEncoding = "grpc-accept-encoding";

    /// <summary>The content type of every call.</summary>
    public const string ContentType = "application/grpc";

    /// <summary>The content type of calls whose messages are known to be protobuf.</summary>
    public const string ProtobufContentType = "application/grpc+proto";
}
