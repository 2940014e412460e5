using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Sending;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Grpc;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Grains.Tests.Sending;

public sealed class LinkFaultTests
{
    private static readonly ClientOptions Plain = new() { Insecure = true };
    private static readonly ClientOptions Tls = new();

    [Fact]
    public async Task Tls_to_a_plain_backend_names_the_key_that_turns_it_off()
    {
        await using var backend = await MockBackend.Start(Answer.Ok);

        Assert.Equal(
            $"{backend.Endpoint} does not speak TLS, it answers the handshake with plain HTTP/2: if plain text is meant, set tls.insecure to true in the client block",
            await Fault(backend.Endpoint, Tls));
    }

    [Fact]
    public async Task Tls_to_a_plain_backend_that_hangs_up_in_silence_names_it_as_well()
    {
        await using var backend = RawBackend.Saying(default);

        string fault = await Fault(backend.Endpoint, Tls);

        Assert.StartsWith($"{backend.Endpoint} closes the connection during the TLS handshake without a word", fault, StringComparison.Ordinal);
        Assert.Contains("tls.insecure", fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tls_to_a_web_server_quotes_its_answer()
    {
        await using var backend = await MockBackend.Start(Answer.Ok, listen: static options => options.Protocols = HttpProtocols.Http1);

        string fault = await Fault(backend.Endpoint, Tls);

        Assert.StartsWith(
            $"{backend.Endpoint} does not speak TLS, it answers the handshake with plain HTTP/1 (HTTP/1.1 400 Bad Request): ", fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plain_text_to_a_backend_with_tls_that_hangs_up_names_tls()
    {
        using var certificate = Certificate();
        await using var backend = await MockBackend.Start(Answer.Ok, listen: options => options.UseHttps(certificate));

        string fault = await Fault(backend.Endpoint, Plain);

        Assert.StartsWith(backend.Endpoint, fault, StringComparison.Ordinal);
        Assert.Contains("if TLS is meant, remove tls.insecure from the client block", fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plain_text_to_a_backend_with_tls_that_sends_an_alert_names_tls()
    {
        await using var backend = RawBackend.Saying(new byte[] { 21, 3, 3, 0, 2, 2, 70 });

        Assert.Equal(
            $"{backend.Endpoint} speaks TLS and is talked to in plain text: if TLS is meant, remove tls.insecure from the client block",
            await Fault(backend.Endpoint, Plain));
    }

    [Fact]
    public async Task Plain_text_to_a_port_of_https_names_tls()
    {
        await using var backend = RawBackend.Saying("HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n"u8.ToArray());

        Assert.StartsWith(
            $"{backend.Endpoint} speaks TLS and is talked to in plain text (HTTP/1.0 400 Bad Request)", await Fault(backend.Endpoint, Plain), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\nServer: proxy\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 400 Bad Request")]
    public async Task A_proxy_that_answers_in_HTTP_1_is_named_as_such(string answer)
    {
        await using var backend = RawBackend.Saying(System.Text.Encoding.ASCII.GetBytes(answer));

        Assert.StartsWith(
            $"{backend.Endpoint} answers HTTP/2 with HTTP/1 (HTTP/1.1 400 Bad Request): no gRPC server listens there",
            await Fault(backend.Endpoint, Plain),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_web_server_without_HTTP_2_is_named_as_such()
    {
        await using var backend = await MockBackend.Start(Answer.Ok, listen: static options => options.Protocols = HttpProtocols.Http1);

        string fault = await Fault(backend.Endpoint, Plain);

        Assert.StartsWith($"{backend.Endpoint} ", fault, StringComparison.Ordinal);
        Assert.Contains("no gRPC server listens there", fault, StringComparison.Ordinal);
        Assert.Contains("4317", fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Something_that_speaks_another_protocol_is_named_as_such()
    {
        await using var backend = RawBackend.Saying("220 mail.example ESMTP\r\n"u8.ToArray());

        Assert.StartsWith($"{backend.Endpoint} does not speak HTTP/2 (", await Fault(backend.Endpoint, Plain), StringComparison.Ordinal);
        Assert.StartsWith($"{backend.Endpoint} does not speak TLS (", await Fault(backend.Endpoint, Tls), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404, "text/plain", "(HTTP 404, text/plain): no OTLP/gRPC server listens there; OTLP/gRPC has port 4317 by default, OTLP/HTTP 4318")]
    [InlineData(200, "text/html", "(HTTP 200, text/html): no OTLP/gRPC server listens there")]
    [InlineData(401, null, "(HTTP 401): it asks for credentials")]
    [InlineData(502, "text/html", "(HTTP 502, text/html): a proxy answers, and what is behind it does not")]
    [InlineData(503, "text/html", "(HTTP 503, text/html): a proxy answers, and what is behind it does not")]
    [InlineData(500, null, "(HTTP 500): something else than a gRPC server answers")]
    public async Task An_answer_without_a_gRPC_status_says_what_answers(int status, string? type, string words)
    {
        await using var backend = await MockBackend.Start(context => Answer.Http(context, status, type));

        Assert.StartsWith($"{backend.Endpoint} answers without a gRPC status {words}", await Fault(backend.Endpoint, Plain), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_authority_is_named()
    {
        using var certificate = Certificate();
        string fault = await CertificateFault(certificate);

        Assert.Contains("signed by an unknown authority (CN=tests)", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("expired", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("it is for", fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expired_certificate_is_named_with_its_end()
    {
        using var certificate = Certificate(from: -20, to: -10);

        Assert.Contains($"it expired at {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm:ss}Z", await CertificateFault(certificate), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_of_the_future_is_named()
    {
        using var certificate = Certificate(from: 10, to: 20);

        Assert.Contains("it is not valid before", await CertificateFault(certificate), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_named_with_its_names()
    {
        using var certificate = Certificate(names: static names =>
        {
            names.AddDnsName("sampler.example");
            names.AddIpAddress(IPAddress.Parse("192.0.2.7"));
        });

        Assert.Contains("it is for sampler.example, 192.0.2.7 and not for 127.0.0.1, so name the backend as the certificate does", await CertificateFault(certificate), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_listening_is_not_taken_for_a_mistake_with_tls()
    {
        var backend = new RawBackend(static _ => Task.CompletedTask);
        await backend.DisposeAsync();

        Assert.DoesNotContain("tls", await Fault(backend.Endpoint, Plain), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("tls", await Fault(backend.Endpoint, Tls), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_connection_that_worked_and_breaks_is_not_taken_for_a_mistake_with_tls()
    {
        await using var backend = await MockBackend.Start(static context =>
        {
            MockBackend.CutConnection(context);
            return Task.CompletedTask;
        });

        Assert.DoesNotContain("tls", await Fault(backend.Endpoint, Plain), StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<string> CertificateFault(X509Certificate2 certificate)
    {
        await using var backend = await MockBackend.Start(Answer.Ok, listen: options => options.UseHttps(certificate));
        string fault = await Fault(backend.Endpoint, Tls);
        Assert.StartsWith($"the certificate of {backend.Endpoint} is refused: ", fault, StringComparison.Ordinal);
        return fault;
    }

    private static async Task<string> Fault(string endpoint, ClientOptions options)
    {
        using var client = new OtlpClient(BackendHandler.AddressOf(endpoint, options, out _)!, options, TimeProvider.System);
        var request = Payload.CopyOf("a request"u8);
        string message = await client.Export(Signal.Traces, request, TimeSpan.FromSeconds(20), default) switch
        {
            ExportOutcome.Retryable { Code: GrpcStatusCode.Unavailable } failed => failed.Message,
            ExportOutcome.Permanent refused => refused.Message,
            var other => throw new InvalidOperationException(other.ToString()),
        };
        Assert.DoesNotContain('\n', message);
        return message;
    }

    private static X509Certificate2 Certificate(int from = -1, int to = 1, Action<SubjectAlternativeNameBuilder>? names = null)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=tests", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var alternatives = new SubjectAlternativeNameBuilder();
        if (names is null)
            alternatives.AddIpAddress(IPAddress.Loopback);
        else
            names(alternatives);
        request.CertificateExtensions.Add(alternatives.Build());
        var now = DateTimeOffset.UtcNow;
        return request.CreateSelfSigned(now.AddDays(from), now.AddDays(to));
    }
}
