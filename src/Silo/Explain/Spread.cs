namespace OrleansLb.Silo.Explain;

/// <summary>How uneven counts are.</summary>
/// <param name="Deviation">Standard deviation (of all, not of a sample) divided by the mean.</param>
/// <param name="MaxOverMin">The largest divided by the smallest; null when the smallest is zero.</param>
internal readonly record struct Spread(double Deviation, double? MaxOverMin)
{
    public static Spread Of(IReadOnlyCollection<double> counts)
    {
        double mean = counts.Average();
        double variance = counts.Average(count => (count - mean) * (count - mean));
        double least = counts.Min();
        return new Spread(mean == 0 ? 0 : Math.Sqrt(variance) / mean, least == 0 ? null : counts.Max() / least);
    }
}
