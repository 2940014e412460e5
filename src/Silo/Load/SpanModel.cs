using System.Globalization;

namespace OrleansLb.Silo.Load;

/// <summary>
/// Resources, scopes and spans in the shape of a web shop's traces, with the names of the OpenTelemetry semantic conventions.
/// Names and attribute keys repeat; IDs, times, paths and addresses vary, so that a request of 1000 spans of about 310 bytes
/// gzips to about a fifth.
/// </summary>
internal sealed class SpanModel(Random random, int attributes)
{
    private static readonly string[] Services = ["gateway", "catalogue", "checkout", "payment", "inventory", "shipping", "search", "accounts"];
    private static readonly string[] Routes = ["orders", "products", "customers", "carts", "invoices", "reviews", "sessions", "prices"];
    private static readonly string[] Methods = ["GET", "GET", "GET", "POST", "PUT", "DELETE"];
    private static readonly int[] StatusCodes = [200, 200, 200, 200, 201, 204, 304, 404, 503];

    // 2026-01-01T00:00:00Z, in nanoseconds: data with the same seed must be the same on any day.
    private const ulong Epoch = 1_767_225_600_000_000_000;

    /// <summary>The Resource of one of a fixed set of services.</summary>
    public WireMessage Resource(int service)
    {
        string name = service < Services.Length ? Services[service] : Text($"{Services[service % Services.Length]}-{service / Services.Length}");
        return Describe(new WireMessage().Attribute(1, "service.name", name), name);
    }

    /// <summary>The Resource of a service whose number is written later.</summary>
    public WireMessage NumberedResource() => Describe(new WireMessage().NumberedService(1, "service-0000"), "service");

    private WireMessage Describe(WireMessage resource, string name) => resource
        .Attribute(1, "service.version", Text($"1.{random.Next(20)}.{random.Next(10)}"))
        .Attribute(1, "service.instance.id", Text($"{name}-{random.Next(1 << 24):x6}"))
        .Attribute(1, "deployment.environment.name", "production")
        .Attribute(1, "host.name", Text($"node-{random.Next(100)}.shop.internal"))
        .Attribute(1, "telemetry.sdk.language", "dotnet");

    /// <summary>The InstrumentationScope of server or client spans.</summary>
    public static WireMessage Scope(int scope) => new WireMessage()
        .String(1, scope == 0 ? "OpenTelemetry.Instrumentation.AspNetCore" : "OpenTelemetry.Instrumentation.Http")
        .String(2, "1.12.0");

    /// <summary>A Span of trace number <paramref name="trace"/>.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="spanId">Its own ID.</param>
    /// <param name="parentId">The parent's ID; empty for the root.</param>
    /// <param name="scope">Which scope it belongs to.</param>
    public WireMessage Span(int trace, ReadOnlySpan<byte> spanId, ReadOnlySpan<byte> parentId, int scope)
    {
        string method = Methods[random.Next(Methods.Length)];
        string route = Routes[random.Next(Routes.Length)];
        ulong start = Epoch + (ulong)trace * 1_000_000 + (ulong)random.Next(50_000_000);

        var span = new WireMessage().TraceId(1, trace).Bytes(2, spanId);
        if (!parentId.IsEmpty)
            span.Bytes(4, parentId);
        span.String(5, Text($"{method} /{route}/{{id}}"))
            .Integer(6, scope == 0 ? 2u : 3u)
            .Fixed64(7, start)
            .Fixed64(8, start + (ulong)random.Next(100_000, 40_000_000));
        for (int i = 0; i < attributes; i++)
            Attribute(span, i, method, route);
        return span.Fixed32(16, 0x101);
    }

    private void Attribute(WireMessage span, int index, string method, string route)
    {
        const int field = 9;
        _ = index switch
        {
            0 => span.Attribute(field, "http.request.method", method),
            1 => span.Attribute(field, "http.response.status_code", StatusCodes[random.Next(StatusCodes.Length)]),
            2 => span.Attribute(field, "url.path", Text($"/{route}/{random.Next(10_000_000)}")),
            3 => span.Attribute(field, "url.scheme", "https"),
            4 => span.Attribute(field, "server.port", 8443),
            5 => span.Attribute(field, "client.address", Text($"10.{random.Next(4)}.{random.Next(256)}.{random.Next(256)}")),
            6 => span.Attribute(field, "thread.id", random.Next(1, 64)),
            7 => span.Attribute(field, "network.protocol.version", "1.1"),
            _ => span.Attribute(field, Text($"app.attribute.{index}"), Text($"value-{random.Next(1000)}")),
        };
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
