using OrleansLb.Configuration.Evaluation;
using OrleansLb.Configuration.Syntax;
using OrleansLb.Grains.Options;
using OrleansLb.Otlp;

namespace OrleansLb.Configuration.Components;

/// <summary>The <c>client</c> block of a load balancer: how it talks to its backends.</summary>
internal static class ClientBlock
{
    public static BlockSchema<Tls> TlsSchema { get; } = new BlockSchema<Tls>(new Tls(false))
        .Attribute("insecure", Readers.Boolean, (_, insecure) => new Tls(insecure))
        .NotSupported("ca_pem", Readers.Text, "")
        .NotSupported("ca_file", Readers.Text, "")
        .NotSupported("cert_pem", Readers.Text, "")
        .NotSupported("cert_file", Readers.Text, "")
        .NotSupported("key_pem", Readers.Text, "")
        .NotSupported("key_file", Readers.Text, "")
        .NotSupported("min_version", Readers.Text, "")
        .NotSupported("max_version", Readers.Text, "")
        .NotSupported("server_name", Readers.Text, "")
        .NotSupported("cipher_suites", Readers.TextList, suites => suites.Length == 0)
        .NotSupported("curve_preferences", Readers.TextList, curves => curves.Length == 0)
        .NotSupported("include_system_ca_certs_pool", Readers.Boolean, false)
        .NotSupported("include_insecure_cipher_suites", Readers.Boolean, false)
        .NotSupported("insecure_skip_verify", Readers.Boolean, false)
        .NotSupported("reload_interval", Readers.Duration, TimeSpan.Zero)
        .NotSupportedBlocks("tpm");

    public static BlockSchema<ClientOptions> Schema { get; } = new BlockSchema<ClientOptions>(new ClientOptions())
        .Attribute("compression", ReadCompression, (client, coding) => client with { Compression = coding })
        .Attribute("headers", ReadHeaders, (client, headers) => client with { Headers = headers })
        .Block("tls", TlsSchema, (client, tls) => client with { Insecure = tls.Insecure })
        .NotSupported("read_buffer_size", Readers.Size, 0L)
        .NotSupported("write_buffer_size", Readers.Size, 512L << 10)
        .NotSupported("wait_for_ready", Readers.Boolean, false)
        .NotSupported("balancer_name", Readers.Text, name => name is "" or "round_robin")
        .NotSupported("authority", Readers.Text, "")
        .NotSupported("auth")
        .NotSupportedBlocks("keepalive");

    private static Outcome<ContentCoding> ReadCompression(AlloyValue value)
    {
        var name = Readers.Text(value);
        if (name.Problem is { } problem)
            return problem;
        return name.Value switch
        {
            "gzip" => ContentCoding.Gzip,
            "none" or "" => ContentCoding.Identity,
            "zstd" or "snappy" => Problem.NotSupported(value.Origin, $"compression type {Quoting.Quote(name.Value)}"),
            "zlib" or "deflate" => Problem.At(value, $"unsupported compression type {Quoting.Quote(name.Value)}"),
            _ => Problem.At(value, $"unrecognized compression type {Quoting.Quote(name.Value)}"),
        };
    }

    // What HTTP/2 cannot carry is better found here than at the first request.
    private static Outcome<KeyValuePair<string, string>[]> ReadHeaders(AlloyValue value)
    {
        var headers = Readers.TextMap(value);
        if (headers.Problem is not null)
            return headers;
        foreach (var (name, text) in headers.Value)
        {
            if (name.Length == 0 || !name.All(ch => char.IsAsciiLetterOrDigit(ch) || "!#$%&'*+-.^_`|~".Contains(ch, StringComparison.Ordinal)))
                return new Problem(value.Origin, $"{Quoting.Quote(name)} is not a header name");
            if (!text.All(ch => ch is >= ' ' and <= '~' or '\t'))
                return new Problem(value.Origin, $"the value of header {Quoting.Quote(name)} holds characters other than printable ASCII");
        }

        return headers;
    }

    public sealed record Tls(bool Insecure);
}
