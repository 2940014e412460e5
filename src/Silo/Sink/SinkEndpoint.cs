using Microsoft.AspNetCore.Server.Kestrel.Core;
using OrleansLb.Ingress.Receivers;

namespace OrleansLb.Silo.Sink;

/// <summary>One OTLP/gRPC endpoint of a sink: the balancer's own receiver, in front of a tally.</summary>
internal sealed class SinkEndpoint(ListenOptions listener, GrpcApplication receiver, SinkTally tally)
{
    /// <summary>What it has received.</summary>
    public SinkTally Tally => tally;

    /// <summary>The bound port, once the server has started.</summary>
    public int Port => listener.IPEndPoint!.Port;

    /// <summary>Answers one call.</summary>
    public async Task ServeAsync(HttpContext context)
    {
        await receiver.ProcessRequestAsync(context.Features).ConfigureAwait(false);

        // OK stands in the trailers, behind a message
        if (context.Response.Headers.GrpcStatus.Count > 0)
            tally.Refuse();
    }

    /// <summary>Where it listens, <c>host:port</c>.</summary>
    public override string ToString() => listener.IPEndPoint!.ToString();
}
