using System.Globalization;

namespace OrleansLb.Silo.Demo;

/// <summary>A line every two seconds, for output that goes to a file or a pipe.</summary>
internal sealed class PlainView(TextWriter output) : IDemoView
{
    public TimeSpan Interval => TimeSpan.FromSeconds(2);

    public void Show(DemoFrame frame)
    {
        string shares = string.Join(" ", frame.Backends.Select(b =>
            (100 * b.Share).ToString("0.0", CultureInfo.InvariantCulture) + (b.InService ? "%" : "%(removed)")));
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{frame.Elapsed.TotalSeconds,5:0.0}s  sent {frame.Sent:N0}  received {frame.Received:N0}  {frame.SpansPerSecond:N0} spans/s  traces {frame.Traces:N0}  shares {shares}  cpu {frame.Cores * 100:0}%  mem {frame.Memory / (1 << 20):0}MiB  queue {frame.Queue:N0}  retries {frame.Retries:N0}"));
        output.Flush();
    }

    public void Note(string line)
    {
        output.WriteLine(line);
        output.Flush();
    }

    public void Dispose()
    {
    }
}
