using OrleansLb.Configuration;

namespace OrleansLb.Silo.Hosting;

/// <summary>Moves every listener of a configuration to 127.0.0.1: for trials on a machine that others can reach.</summary>
internal static class LoopbackOnly
{
    public static PipelineConfiguration Apply(PipelineConfiguration configuration) => configuration with
    {
        Receivers =
        [
            .. configuration.Receivers.Select(static receiver => receiver with
            {
                Grpc = receiver.Grpc is null ? null : receiver.Grpc with { Endpoint = OnLoopback(receiver.Grpc.Endpoint) },
                Http = receiver.Http is null ? null : receiver.Http with { Endpoint = OnLoopback(receiver.Http.Endpoint) },
            }),
        ],
    };

    private static string OnLoopback(string endpoint) => "127.0.0.1" + endpoint[endpoint.LastIndexOf(':')..];
}
