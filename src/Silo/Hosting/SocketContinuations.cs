namespace OrleansLb.Silo.Hosting;

/// <summary>Where the continuations of socket operations run.</summary>
internal static class SocketContinuations
{
    private const string Switch = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>
    /// Lets them run on the thread that polls the sockets, instead of being handed to the pool: all that runs there are the reading
    /// loops of Kestrel and of the HTTP client, which hand requests and answers to the pool themselves. The runtime knows no
    /// other switch than the environment and reads it with the first socket, so this comes first. Who has set it is left in charge.
    /// </summary>
    public static void RunOnPollingThreads()
    {
        if (Environment.GetEnvironmentVariable(Switch) is null)
            Environment.SetEnvironmentVariable(Switch, "1");
    }
}
