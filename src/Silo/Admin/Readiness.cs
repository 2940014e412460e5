namespace OrleansLb.Silo.Admin;

/// <summary>Whether the program takes traffic: from the end of its start-up to the beginning of its shutdown.</summary>
internal sealed class Readiness
{
    private volatile bool _isReady;

    public bool IsReady => _isReady;

    public void Set(bool ready) => _isReady = ready;
}
