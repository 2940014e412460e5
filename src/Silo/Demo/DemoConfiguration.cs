using System.Globalization;
using System.Text;

namespace OrleansLb.Silo.Demo;

/// <summary>The Alloy file that the demo's balancer runs with.</summary>
internal static class DemoConfiguration
{
    /// <summary>The name that the dns resolver asks for.</summary>
    public const string BackendName = "backends.demo.internal";

    // the end of every file, from within the block otlp
    private const string Client = """
              client {
                compression = "none"
                tls {
                  insecure = true
                }
              }
            }
          }
        }

        """;

    /// <summary>A file with a fixed list of backends.</summary>
    public static string Static(int receiverPort, IEnumerable<string> backends)
    {
        var hostnames = string.Concat(backends.Select(static b => $"        \"{b}\",\n"));
        return File(receiverPort, TimeSpan.Zero, $"    static {{\n      hostnames = [\n{hostnames}      ]\n    }}\n");
    }

    /// <summary>A file that looks its backends up.</summary>
    public static string Dns(int receiverPort, int backendPort, TimeSpan handoverWindow = default) => File(
        receiverPort,
        handoverWindow,
        $"    dns {{\n      hostname = \"{BackendName}\"\n      port     = \"{backendPort}\"\n      interval = \"500ms\"\n      timeout  = \"500ms\"\n    }}\n");

    /// <summary>A file for a member of a cluster on this machine, with a fixed list of backends.</summary>
    /// <param name="receiverPort">The member's own.</param>
    /// <param name="directory">Where the members find each other.</param>
    /// <param name="backends">The same for all members.</param>
    public static string Clustered(int receiverPort, string directory, IEnumerable<string> backends) => new StringBuilder()
        .Append("orleanslb.cluster {\n")
        .Append("  clustering         = \"file\"\n")
        .Append(CultureInfo.InvariantCulture, $"  connection_string  = \"{directory}\"\n")
        .Append("  advertised_address = \"127.0.0.1\"\n")
        .Append("}\n\n")
        .Append(Receiver(receiverPort))
        .Append("otelcol.exporter.loadbalancing \"demo\" {\n")
        .Append("  resolver {\n")
        .Append("    static {\n")
        .Append(CultureInfo.InvariantCulture, $"      hostnames = [{string.Join(", ", backends.Select(static b => $"\"{b}\""))}]\n")
        .Append("    }\n")
        .Append("  }\n")
        .Append("  protocol {\n")
        .Append("    otlp {\n")
        .Append("      // clients hear of a request when it is delivered: a queue in memory dies with its silo\n")
        .Append("      queue {\n")
        .Append("        wait_for_result = true\n")
        .Append("      }\n")
        .Append(Client)
        .ToString();

    private static string File(int receiverPort, TimeSpan handoverWindow, string resolver) => new StringBuilder()
        .Append(Receiver(receiverPort))
        .Append("otelcol.exporter.loadbalancing \"demo\" {\n")
        .Append("  routing_key = \"traceID\"\n\n")
        .Append("  // the only process in front of its backends: a change moves the least\n")
        .Append("  replicas           = \"alone\"\n\n")
        .Append("  // who watches wants to see a change at once\n")
        .Append("  debounce           = \"0s\"\n")
        .Append("  replacement_window = \"0s\"\n")
        .Append(handoverWindow > TimeSpan.Zero
            ? string.Create(CultureInfo.InvariantCulture, $"  handover_window    = \"{handoverWindow.TotalMilliseconds:0}ms\"\n\n")
            : "\n")
        .Append("  resolver {\n")
        .Append(resolver)
        .Append("  }\n")
        .Append("  protocol {\n")
        .Append("    otlp {\n")
        .Append(Client)
        .ToString();

    private static string Receiver(int port) => string.Create(CultureInfo.InvariantCulture, $$"""
        otelcol.receiver.otlp "demo" {
          grpc {
            endpoint = "127.0.0.1:{{port}}"
          }
          output {
            traces = [otelcol.exporter.loadbalancing.demo.input]
          }
        }


        """);
}
