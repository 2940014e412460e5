using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using OrleansLb.Otlp.Grpc;

namespace OrleansLb.Silo.Load;

/// <summary>Calls TraceService/Export on one connection: plain HTTP/2 with prior knowledge, one frame out, a status back.</summary>
internal sealed class ExportCall(string target, bool compressed) : IDisposable
{
    private static readonly MediaTypeHeaderValue GrpcContentType = new("application/grpc");

    private readonly Uri _uri = new($"http://{target}/opentelemetry.proto.collector.trace.v1.TraceService/Export");
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
    });

    public async ValueTask<ExportOutcome> SendAsync(byte[] frame, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _uri)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(frame),
        };
        request.Content.Headers.ContentType = GrpcContentType;
        request.Headers.TryAddWithoutValidation("te", "trailers");
        if (compressed)
            request.Headers.TryAddWithoutValidation("grpc-encoding", "gzip");
        try
        {
            using var response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            // The trailers are there only once the body has been read.
            await response.Content.LoadIntoBufferAsync(cancellationToken).ConfigureAwait(false);
            return Read(response);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return new ExportOutcome(null, e.Message);
        }
    }

    public void Dispose() => _http.Dispose();

    private static ExportOutcome Read(HttpResponseMessage response)
    {
        return int.TryParse(Header(response, GrpcHeaderNames.Status), NumberStyles.None, CultureInfo.InvariantCulture, out int code)
            ? new ExportOutcome(code, Header(response, GrpcHeaderNames.Message), RetryAfter(response))
            : new ExportOutcome(null, $"HTTP {(int)response.StatusCode} without grpc-status");
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response) =>
        Header(response, GrpcHeaderNames.StatusDetails) is { } details
        && GrpcBinaryHeader.TryDecode(details, out byte[] bytes)
        && RpcStatus.TryDecode(bytes, out var detailed)
            ? detailed.RetryDelay
            : null;

    // an answer without a body has its status among the headers
    private static string? Header(HttpResponseMessage response, string name) => Header(response.TrailingHeaders, name) ?? Header(response.Headers, name);

    private static string? Header(HttpResponseHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;
}
