namespace OrleansLb.Otlp.Splitting;

/// <summary>The part of a ring slot, valid only in the request that stamped it: nothing has to be cleared between requests.</summary>
internal struct SlotStamp
{
    public int Request;
    public int Part;
}
