namespace OrleansLb.Silo.CommandLine;

/// <summary>What the commands do; returns the exit code of the process.</summary>
/// <param name="Run">Runs the balancer.</param>
/// <param name="Demo">Runs the demo.</param>
internal sealed record CommandHandlers(
    Func<RunOptions, CancellationToken, Task<int>> Run,
    Func<DemoOptions, CancellationToken, Task<int>> Demo);
