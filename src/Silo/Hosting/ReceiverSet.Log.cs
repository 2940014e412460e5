using System.Net;
using Microsoft.Extensions.Logging;

namespace OrleansLb.Silo.Hosting;

internal sealed partial class ReceiverSet
{
    [LoggerMessage(Level = LogLevel.Information, Message = "receiver is listening")]
    private partial void LogListening(string componentId, string transport, IPEndPoint addr);
}
