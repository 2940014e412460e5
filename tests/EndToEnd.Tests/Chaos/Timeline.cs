using System.Collections.Concurrent;
using System.Globalization;
using OrleansLb.EndToEnd.Tests.Histories;

namespace OrleansLb.EndToEnd.Tests.Chaos;

/// <summary>What the driver did, when it really happened.</summary>
internal sealed class Timeline(HistoryRecorder recorder)
{
    private readonly ConcurrentQueue<string> _events = new();

    public void Add(string what) => _events.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{recorder.Now.TotalSeconds,8:0.000}  {what}"));

    public override string ToString() => string.Join('\n', _events);
}
