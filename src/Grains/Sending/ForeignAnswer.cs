using System.Net;

namespace OrleansLb.Grains.Sending;

/// <summary>Explains an answer that has no gRPC status: it comes from something else than a gRPC server.</summary>
internal static class ForeignAnswer
{
    /// <summary>One line: who answered what, and what that means as a rule.</summary>
    public static string Explain(HttpResponseMessage response)
    {
        string endpoint = response.RequestMessage?.RequestUri?.Authority ?? "the backend";
        string type = response.Content.Headers.ContentType?.MediaType is { } media ? $", {media}" : "";
        return $"{endpoint} answers without a gRPC status (HTTP {(int)response.StatusCode}{type}): {MeaningOf(response.StatusCode)}";
    }

    private static string MeaningOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.OK or HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.UnsupportedMediaType =>
            "no OTLP/gRPC server listens there; OTLP/gRPC has port 4317 by default, OTLP/HTTP 4318",
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.ProxyAuthenticationRequired =>
            "it asks for credentials, which headers in the client block can carry",
        HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout =>
            "a proxy answers, and what is behind it does not",
        HttpStatusCode.TooManyRequests => "a proxy limits the rate of requests",
        HttpStatusCode.RequestEntityTooLarge => "a proxy takes no request as large as this",
        HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect =>
            "it redirects, as web servers do, and gRPC follows nobody",
        _ => "something else than a gRPC server answers",
    };
}
