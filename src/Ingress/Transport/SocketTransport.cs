using System.Buffers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Ingress.Transport;

/// <summary>How the listeners of the product use sockets.</summary>
internal static class SocketTransport
{
    /// <summary>Options that carry the pool of receive blocks. Only the framework's own set-up can put a pool into them.</summary>
    public static IOptions<SocketTransportOptions> CreateOptions(MemoryBudget budget)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>>(new ReceiveBlockPoolFactory(budget));
        builder.WebHost.UseSockets();
        using var services = builder.Services.BuildServiceProvider();
        return Options.Create(services.GetRequiredService<IOptions<SocketTransportOptions>>().Value);
    }
}
