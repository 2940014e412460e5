namespace OrleansLb.Bench.Processes;

/// <summary>How the programs of a run are started.</summary>
internal sealed class Programs(string? balancer)
{
    private const string BalancerName = "orleanslb";

    private static readonly string Dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
    private static readonly string Here = AppContext.BaseDirectory;

    /// <summary>The product.</summary>
    public CommandLine Balancer { get; } = Of(balancer ?? Path.Combine(Here, $"{BalancerName}.dll"));

    /// <summary>The product, or the other build of it that a variant names.</summary>
    public CommandLine BalancerOf(Scenarios.Variant variant) => variant.Program is { } program ? Of(program) : Balancer;

    /// <summary>The benchmark itself, for its roles.</summary>
    public CommandLine Bench { get; } = Of(typeof(Programs).Assembly.Location);

    /// <summary>The benchmark itself under the product's own runtime settings, for the baseline.</summary>
    public CommandLine BenchLikeBalancer { get; } = new(Dotnet,
        ["exec", "--runtimeconfig", Path.Combine(Here, $"{BalancerName}.runtimeconfig.json"), typeof(Programs).Assembly.Location]);

    private static CommandLine Of(string path) =>
        path.EndsWith(".dll", StringComparison.Ordinal) ? new CommandLine(Dotnet, [path]) : new CommandLine(path, []);
}
