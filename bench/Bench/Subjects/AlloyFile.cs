using OrleansLb.Bench.Scenarios;
using OrleansLb.Otlp;

namespace OrleansLb.Bench.Subjects;

/// <summary>The configuration of the measured balancer.</summary>
internal static class AlloyFile
{
    /// <summary>
    /// The queue is on, as by default, but short, and makes the client wait instead of turning it away: the load then runs at the pace
    /// at which parts are delivered, and no work is spent on refusals; under overload it is what it is by default. Retries never end, so that nothing is given up.
    /// </summary>
    /// <param name="scenario">What is measured.</param>
    /// <param name="endpoint">Where the receiver listens.</param>
    /// <param name="backends">The backends' endpoints.</param>
    /// <param name="store">Directory for a queue that is stored.</param>
    public static string For(Scenario scenario, string endpoint, IReadOnlyList<string> backends, string store) => $$"""
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
          {{(IsBeforeSplit(scenario) ? "retry_on_failure { max_elapsed_time = \"0s\" }" : "")}}
          {{(IsBeforeSplit(scenario) ? QueueBlock("sending_queue", scenario) : "")}}
          protocol {
            otlp {
              {{(scenario.Queue == QueueKind.None || IsBeforeSplit(scenario) ? "queue { enabled = false }" : QueueBlock("queue", scenario))}}
              retry {
                max_elapsed_time = "0s"
                max_interval = "5s"
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

        {{(scenario.IsStored ? StoreBlock(scenario, store) : "")}}
        """;

    private static string QueueBlock(string name, Scenario scenario) => $$"""
        {{name}} {
          {{(scenario.Overload is null ? $"queue_size = {scenario.QueueSize}" : "")}}
          {{(scenario.Overload is null ? "block_on_overflow = true" : "")}}
          {{(scenario.IsStored ? "storage = otelcol.storage.file.bench.handler" : "")}}
          {{(scenario.StoresAll ? "store_after = \"0s\"" : "")}}
        }
        """;

    private static bool IsBeforeSplit(Scenario scenario) => scenario.Queue is QueueKind.BeforeSplit or QueueKind.FileBeforeSplit;

    private static string StoreBlock(Scenario scenario, string directory) => $$"""
        otelcol.storage.file "bench" {
          directory = "{{directory}}"
          fsync = {{(scenario.Queue == QueueKind.FileSynced ? "true" : "false")}}
        }

        """;
}
