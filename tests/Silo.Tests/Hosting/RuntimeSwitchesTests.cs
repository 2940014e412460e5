using OrleansLb.Silo.Hosting;

namespace OrleansLb.Silo.Tests.Hosting;

public sealed class RuntimeSwitchesTests
{
    private const string Sockets = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
    private const string Arrays = "DOTNET_SYSTEM_BUFFERS_SHAREDARRAYPOOL_MAXARRAYSPERPARTITION";

    [Fact]
    public void Sets_what_is_not_set_and_leaves_what_is()
    {
        Environment.SetEnvironmentVariable(Sockets, "0");
        Environment.SetEnvironmentVariable(Arrays, null);

        RuntimeSwitches.Apply();

        Assert.Equal("0", Environment.GetEnvironmentVariable(Sockets));
        Assert.Equal("512", Environment.GetEnvironmentVariable(Arrays));
    }
}
