namespace OrleansLb.Silo.Hosting;

/// <summary>
/// Settings that the runtime takes from the environment only, and reads with the first socket and the first pooled array: so they
/// come first in the program. A variable that is set already stays as it is. What each is worth stands in docs/benchmarks.md.
/// </summary>
internal static class RuntimeSwitches
{
    private static readonly (string Name, string Value)[] Settings =
    [
        // Continuations of socket operations run on the thread that polls the sockets. These are the reading loops of Kestrel
        // and of the HTTP client, which hand requests and answers to the thread pool themselves.
        ("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1"),

        // Arrays of one size that the shared pool keeps for each core, 32 by itself. Every busy connection to a backend holds two,
        // and every part that waits holds one.
        ("DOTNET_SYSTEM_BUFFERS_SHAREDARRAYPOOL_MAXARRAYSPERPARTITION", "512"),
    ];

    /// <summary>Sets what is not set.</summary>
    public static void Apply()
    {
        foreach (var (name, value) in Settings)
        {
            if (Environment.GetEnvironmentVariable(name) is null)
                Environment.SetEnvironmentVariable(name, value);
        }
    }
}
