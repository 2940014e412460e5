using OrleansLb.Ingress.HotKeys;

namespace OrleansLb.Silo.Admin;

/// <summary>The hot keys of the running exporters; there are none while the program starts.</summary>
internal sealed class HotKeyBoard
{
    private volatile HotKeyMeter[] _meters = [];

    public void Show(IEnumerable<HotKeyMeter> meters) => _meters = [.. meters];

    public IReadOnlyList<HotKeyReport> Reports() => [.. _meters.Select(static meter => meter.Report())];
}
