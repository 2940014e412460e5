using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace OrleansLb.Silo.Sink;

/// <summary>One OTLP/gRPC endpoint of a sink.</summary>
internal sealed class SinkEndpoint(ListenOptions listener, SinkTally tally)
{
    /// <summary>What it has received.</summary>
    public SinkTally Tally => tally;

    /// <summary>The bound port, once the server has started.</summary>
    public int Port => listener.IPEndPoint!.Port;

    /// <summary>Where it listens, <c>host:port</c>.</summary>
    public override string ToString() => listener.IPEndPoint!.ToString();
}
