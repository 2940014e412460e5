namespace OrleansLb.Otlp.Splitting;

/// <summary>From a routing identifier to the ring slot that owns it; a pure function for as long as a snapshot lives.</summary>
public interface IKeyRouter
{
    /// <summary>One more than the largest slot that <see cref="SlotOf"/> answers.</summary>
    int SlotLimit { get; }

    /// <summary>The ring slot of the identifier.</summary>
    int SlotOf(ReadOnlySpan<byte> routingIdentifier);
}
