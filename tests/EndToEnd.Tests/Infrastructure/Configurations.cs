using System.Globalization;

namespace OrleansLb.EndToEnd.Tests.Infrastructure;

/// <summary>Configuration files as users write them, on free ports.</summary>
internal static class Configurations
{
    /// <summary>A receiver for every signal that the key supports and one load balancer with quick retries.</summary>
    public static string Balancer(
        IEnumerable<MockBackend> backends,
        string routingKey = "traceID",
        string exporter = "",
        string otlp = "",
        string client = "compression = \"none\"",
        string? resolver = null,
        bool retries = true)
    {
        string hostnames = string.Join(", ", backends.SelectMany(static b => b.Endpoints.Select(static endpoint => $"\"{endpoint}\"")));
        resolver ??= $"static {{ hostnames = [{hostnames}] }}";
        string[] signals = routingKey switch
        {
            "traceID" => ["traces", "logs"],
            "resource" => ["logs", "metrics"],
            "metric" or "streamID" => ["metrics"],
            _ => ["traces", "logs", "metrics"],
        };
        string output = string.Join('\n', signals.Select(static s => $"    {s} = [otelcol.exporter.loadbalancing.default.input]"));
        return string.Create(CultureInfo.InvariantCulture, $$"""
            otelcol.receiver.otlp "default" {
              grpc { endpoint = "127.0.0.1:0" }
              http { endpoint = "127.0.0.1:0" }
              output {
            {{output}}
              }
            }

            otelcol.exporter.loadbalancing "default" {
              routing_key = "{{routingKey}}"
              {{exporter}}
              resolver {
                {{resolver}}
              }
              protocol {
                otlp {
                  {{otlp}}
                  retry {
                    enabled          = {{(retries ? "true" : "false")}}
                    initial_interval = "50ms"
                    max_interval     = "500ms"
                  }
                  client {
                    {{client}}
                    tls { insecure = true }
                  }
                }
              }
            }
            """);
    }
}
