namespace OrleansLb.Bench.Measuring;

/// <summary>
/// Sends requests until the just-in-time compiler has little left to do. The runtime compiles hot methods twice more, in batches, each after a while without new ones:
/// that takes pauses and calls more than requests, and what is called a few times a pass only (the metrics page that a round begins and ends with) comes late. After
/// ten passes it still took 4 % of the CPU time of the measured rounds, and more of the balancer's than of the relay's, which has less code.
/// </summary>
internal sealed class WarmUp(BenchOptions options)
{
    private const int FewestPasses = 10;
    private const int MostPasses = 40;
    private const int QuietPasses = 4;

    // of the CPU time of a pass
    private const double QuietShare = 0.01;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    public async Task RunAsync(IReadOnlyList<Track> tracks, CancellationToken cancellationToken)
    {
        int quiet = 0;
        for (int pass = 1; pass <= FewestPasses || (pass <= MostPasses && quiet < QuietPasses); pass++)
        {
            double share = 0;
            foreach (var track in tracks)
            {
                var round = await track.WarmUpAsync(options.WarmUpRequests / FewestPasses, cancellationToken).ConfigureAwait(false);
                share += round.JitShare / tracks.Count;
            }

            await Console.Error.WriteLineAsync(FormattableString.Invariant($"  warming up, pass {pass}: {100 * share:0.0} % of the CPU time is the compiler's")).ConfigureAwait(false);
            quiet = share < QuietShare ? quiet + 1 : 0;
            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }
    }
}
