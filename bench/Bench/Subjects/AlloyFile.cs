using OrleansLb.Bench.Scenarios;
using OrleansLb.Otlp;

namespace OrleansLb.Bench.Subjects;

/// <summary>The configuration of the measured balancer.</summary>
internal static class AlloyFile
{
    /// <summary>
    /// The queue is on, as by default, but short, and makes the client wait instead of turning it away: the load then runs at the pace
    /// at which parts are delivered, and no work is spent on refusals.
    /// </summary>
    public static string For(Scenario scenario, string endpoint, IReadOnlyList<string> backends) => $$"""
        otelcol.receiver.otlp "bench" {
          grpc {
            endpoint = "{{endpoint}}"
          }
          output {
            traces = [otelcol.exporter.loadbalancing.bench.input]
          }
        }

        otelcol.exporter.loadbalancing "bench" {
          routing_key = "{{scenario.RoutingKey}}"
          resolver {
            static {
              hostnames = [{{string.Join(", ", backends.Select(b => $"\"{b}\""))}}]
            }
          }
          protocol {
            otlp {
              queue {
                {{(scenario.Queue ? "queue_size = 32" : "enabled = false")}}
                block_on_overflow = true
              }
              client {
                compression = "{{(scenario.Out == ContentCoding.Gzip ? "gzip" : "none")}}"
                tls {
                  insecure = true
                }
              }
            }
          }
        }

        """;
}
