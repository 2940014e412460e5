using System.Net;
using System.Net.Sockets;
using System.Reflection;
using OrleansLb.Grains.Options;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Grpc;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Grains.Sending;

/// <summary>OTLP/gRPC to one backend, spoken directly on the runtime's HTTP/2: with prior knowledge, or over TLS with the system's roots.</summary>
internal sealed class OtlpClient : IOtlpClient
{
    private static readonly string UserAgent = $"orleanslb/{typeof(OtlpClient).Assembly.GetName().Version!.ToString(3)}";

    private readonly LinkKeeper _links;
    private readonly string _endpoint;
    private readonly bool _insecure;
    private readonly Uri[] _exports;
    private readonly KeyValuePair<string, string>[] _headers;
    private readonly TimeProvider _time;

    public OtlpClient(Uri address, ClientOptions options, TimeProvider time)
    {
        _links = new LinkKeeper(address.IdnHost, time);
        (_endpoint, _insecure) = (address.Authority, options.Insecure);
        _exports = [.. Enum.GetValues<Signal>().Select(signal => new Uri(address, OtlpServices.GrpcPathOf(signal)))];
        _headers = [.. options.Headers.Where(static header => !IsReserved(header.Key))];
        _time = time;
    }

    public void Dispose() => _links.Dispose();

    public async Task<ExportOutcome> Export(Signal signal, Payload payload, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout > TimeSpan.Zero ? timeout : Timeout.InfiniteTimeSpan, _time);
        using var cancelling = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), deadline);
        var link = _links.Enter(out var invoker);
        long began = _time.GetTimestamp();
        var end = CallEnd.Failed;
        try
        {
            using var request = RequestFor(signal, payload, timeout);
            using var response = await invoker.SendAsync(request, deadline.Token).ConfigureAwait(false);
            end = CallEnd.Answered;
            return await OutcomeOf(response, deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            end = CallEnd.Unanswered;
            throw new OperationCanceledException(cancellationToken);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            end = CallEnd.Unanswered;
            return new ExportOutcome.Retryable(GrpcStatusCode.DeadlineExceeded, $"no answer within {timeout.TotalSeconds:0.###} s")
            {
                IsLinkLost = _links.FindDead(link, timeout),
            };
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or SocketException or OperationCanceledException)
        {
            // also a connect timeout, which surfaces as a cancellation that nobody asked for
            return new ExportOutcome.Retryable(GrpcStatusCode.Unavailable, LinkFault.Explain(fault, _endpoint, _insecure, link.Watch))
            {
                IsLinkLost = link.HasAnswered && fault.GetBaseException() is SocketException { SocketErrorCode: SocketError.TimedOut },
            };
        }
        finally
        {
            _links.Leave(link, end, _time.GetElapsedTime(began));
        }
    }

    private static async Task<ExportOutcome> OutcomeOf(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var (partial, withinLimit) = await ResponseMessage.Read(response.Content, cancellationToken).ConfigureAwait(false);
        if (!withinLimit)
            return new ExportOutcome.Permanent(GrpcStatusCode.ResourceExhausted, $"the answer is larger than {ResponseMessage.MaxLength} bytes");
        var status = ResponseStatus.Of(response);
        if (!status.IsOk)
            return StatusClassification.OutcomeOf(status);
        return partial is { } rejected
            ? new ExportOutcome.PartiallyRejected(rejected.RejectedItems, rejected.ErrorMessage)
            : ExportOutcome.Delivered.Instance;
    }

    private HttpRequestMessage RequestFor(Signal signal, Payload payload, TimeSpan timeout)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _exports[(int)signal])
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new PayloadContent(payload),
        };
        var headers = request.Headers;
        headers.TryAddWithoutValidation("te", "trailers");
        headers.TryAddWithoutValidation("user-agent", UserAgent);
        headers.TryAddWithoutValidation(GrpcHeaderNames.AcceptEncoding, "identity");
        if (payload.Coding == ContentCoding.Gzip)
            headers.TryAddWithoutValidation(GrpcHeaderNames.Encoding, "gzip");
        if (timeout > TimeSpan.Zero)
            headers.TryAddWithoutValidation(GrpcHeaderNames.Timeout, GrpcTimeout.Format(timeout));
        foreach (var (name, value) in _headers)
            headers.TryAddWithoutValidation(name, value);
        return request;
    }

    // what the protocol itself says cannot be configured
    private static bool IsReserved(string name) =>
        name.StartsWith("grpc-", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith(':')
        || name.ToUpperInvariant() is "TE" or "CONTENT-TYPE" or "CONTENT-LENGTH" or "USER-AGENT" or "TRANSFER-ENCODING" or "CONNECTION";
}
