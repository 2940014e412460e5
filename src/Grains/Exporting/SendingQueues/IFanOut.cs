namespace OrleansLb.Grains.Exporting.SendingQueues;

/// <summary>The router of one exporter, as its sending queues see it.</summary>
public interface IFanOut
{
    /// <summary>
    /// Splits a request by the newest table, hands the parts to their exporter grains and tries those again that nobody took. Ends when every part is taken,
    /// refused for good or given up. Expected failures are values.
    /// </summary>
    Task<FanOutResult> Deliver(FanOutRequest request);
}
