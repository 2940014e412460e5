using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;
using OrleansLb.Otlp.Grpc;

namespace OrleansLb.Grains.Sending;

/// <summary>Finds the gRPC status of an answer whose body was read: in the trailers, or in the headers when it has no body ("trailers-only").</summary>
internal static class ResponseStatus
{
    /// <summary>The status; an answer without one gets the status that its HTTP status stands for.</summary>
    public static GrpcStatus Of(HttpResponseMessage response)
    {
        if (TryRead(response.TrailingHeaders, out var status) || TryRead(response.Headers, out status))
            return status;
        if (response.StatusCode != HttpStatusCode.OK)
            return new GrpcStatus(StatusClassification.CodeOf(response.StatusCode), ForeignAnswer.Explain(response));
        // A gRPC answer that breaks off cleanly is what a proxy makes of a backend that died: a lost link, not a verdict on the data.
        return IsGrpc(response)
            ? new GrpcStatus(GrpcStatusCode.Unavailable, "the answer ended without a gRPC status")
            : new GrpcStatus(GrpcStatusCode.Unknown, ForeignAnswer.Explain(response));
    }

    private static bool TryRead(HttpResponseHeaders headers, out GrpcStatus status)
    {
        status = default;
        if (!TryFirst(headers, GrpcHeaderNames.Status, out string? code))
            return false;
        if (!GrpcStatus.TryParseCode(code, out var parsed))
        {
            status = new GrpcStatus(GrpcStatusCode.Unknown, $"gRPC status '{code}' is no number");
            return true;
        }

        if (parsed == GrpcStatusCode.Ok)
            return true;
        string? message = TryFirst(headers, GrpcHeaderNames.Message, out string? encoded) ? GrpcMessage.Decode(encoded) : null;
        status = new GrpcStatus(parsed, message, RetryDelayOf(headers));
        return true;
    }

    private static TimeSpan? RetryDelayOf(HttpResponseHeaders headers) =>
        TryFirst(headers, GrpcHeaderNames.StatusDetails, out string? details)
        && GrpcBinaryHeader.TryDecode(details, out byte[] bytes)
        && RpcStatus.TryDecode(bytes, out var detailed)
            ? detailed.RetryDelay
            : null;

    private static bool IsGrpc(HttpResponseMessage response) =>
        response.Content.Headers.ContentType?.MediaType?.StartsWith(GrpcHeaderNames.ContentType, StringComparison.OrdinalIgnoreCase) ?? false;

    private static bool TryFirst(HttpResponseHeaders headers, string name, [NotNullWhen(true)] out string? value)
    {
        value = null;
        if (!headers.NonValidated.TryGetValues(name, out var values))
            return false;
        foreach (string first in values)
        {
            value = first;
            return true;
        }

        return false;
    }
}
