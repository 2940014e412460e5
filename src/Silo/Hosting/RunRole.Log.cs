using Microsoft.Extensions.Logging;

namespace OrleansLb.Silo.Hosting;

internal sealed partial class RunRole
{
    [LoggerMessage(Level = LogLevel.Information, Message = "orleanslb is starting")]
    private partial void LogStarting(string version, string config);

    [LoggerMessage(Level = LogLevel.Information, Message = "now listening for http traffic")]
    private partial void LogAdminListening(string addr);

    [LoggerMessage(Level = LogLevel.Information, Message = "the dashboard is on silos only: a process of the role ingress has none")]
    private partial void LogNoDashboard();

    [LoggerMessage(Level = LogLevel.Warning, Message = "whoever reaches the admin listener sees the dashboard: set dashboard_auth in the block orleanslb")]
    private partial void LogOpenDashboard(string addr);

    [LoggerMessage(Level = LogLevel.Information, Message = "memory limits")]
    private partial void LogMemory(string limit, string data);

    [LoggerMessage(Level = LogLevel.Information, Message = "joining a cluster")]
    private partial void LogCluster(string clustering, string clusterId, string serviceId, string role, string? silo);

    [LoggerMessage(Level = LogLevel.Information, Message = "orleanslb is running")]
    private partial void LogRunning(int receivers, int loadBalancers);

    [LoggerMessage(Message = "a flag of Alloy has no effect here")]
    private partial void LogWithoutEffect(LogLevel level, string flag, string reason);
}
