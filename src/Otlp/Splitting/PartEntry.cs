namespace OrleansLb.Otlp.Splitting;

/// <summary>A part while it is collected: a chain of runs in the order of the request.</summary>
internal struct PartEntry
{
    public int Slot;
    public int ItemCount;
    public int Length;
    public int FirstRun;
    public int LastRun;
}
