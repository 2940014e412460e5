using System.Diagnostics;
using System.Text;

namespace OrleansLb.Silo.Logging;

/// <summary>
/// Lines on their way to a stream, in the order in which they were added. Who adds one never waits for the stream: a thread of its own writes, what waits is
/// limited, and a line for which there is no room is dropped and counted. Safe for concurrent use.
/// </summary>
/// <remarks>
/// The framework's console provider has such a queue too, but keeps the number of dropped lines to itself, limits how many wait and not how long they are, and
/// writes a sentence of its own among the lines, which is neither logfmt nor JSON.
/// </remarks>
internal sealed class LineWriter : IDisposable
{
    /// <summary>The most characters that wait: some thousand lines, 2 MiB of memory.</summary>
    public const int Capacity = 1 << 20;

    /// <summary>How long the last lines are waited for when the process ends.</summary>
    public static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(1);

    // what one call takes to the stream
    private const int ChunkLength = 16 * 1024;

    private readonly Stream _output;
    private readonly Func<long, string> _dropNote;
    private readonly object _gate = new();
    private readonly Queue<string> _lines = new();
    private int _length;
    private long _dropped;
    private long _noted;
    private bool _isWriting;
    private bool _isClosed;

    /// <summary>Starts the thread that writes.</summary>
    /// <param name="output">Where to; not disposed of.</param>
    /// <param name="dropNote">The line that stands where this many are missing.</param>
    public LineWriter(Stream output, Func<long, string> dropNote)
    {
        _output = output;
        _dropNote = dropNote;

        // in the background, so that a stream which takes nothing does not keep the process alive
        new Thread(WriteLines) { IsBackground = true, Name = "log" }.Start();
        AppDomain.CurrentDomain.ProcessExit += FlushLast;
        AppDomain.CurrentDomain.UnhandledException += FlushLast;
    }

    /// <summary>Lines that were not written: there was no room for them, or the stream failed.</summary>
    public long Dropped
    {
        get
        {
            lock (_gate)
                return _dropped;
        }
    }

    /// <summary>Adds a line, or several, with the line feed at the end; never waits for the stream.</summary>
    /// <returns>False when it was dropped.</returns>
    public bool Add(string line)
    {
        lock (_gate)
        {
            if (_isClosed || _length + line.Length > Capacity)
            {
                _dropped++;
                return false;
            }

            // not before there is room again: otherwise every line that just fits would bring a note with it
            if (_length < Capacity / 2)
                AddDropNote();
            Enqueue(line);
            return true;
        }
    }

    /// <summary>Waits until everything is written that was added before.</summary>
    /// <returns>False when the patience was over first.</returns>
    public bool Flush(TimeSpan patience)
    {
        long began = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            AddDropNote();
            while (_lines.Count > 0 || _isWriting)
            {
                var left = patience - Stopwatch.GetElapsedTime(began);
                if (left <= TimeSpan.Zero || !Monitor.Wait(_gate, left))
                    return _lines.Count == 0 && !_isWriting;
            }

            return true;
        }
    }

    /// <summary>Writes what waits, for <see cref="LastPatience"/> at most; what is added later is dropped.</summary>
    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= FlushLast;
        AppDomain.CurrentDomain.UnhandledException -= FlushLast;
        Flush(LastPatience);
        lock (_gate)
        {
            _isClosed = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void FlushLast(object? sender, EventArgs e) => Flush(LastPatience);

    private void AddDropNote()
    {
        if (_dropped == _noted)
            return;
        Enqueue(_dropNote(_dropped - _noted));
        _noted = _dropped;
    }

    private void Enqueue(string line)
    {
        _lines.Enqueue(line);
        _length += line.Length;
        if (_lines.Count == 1)
            Monitor.PulseAll(_gate);
    }

    private void WriteLines()
    {
        var chunk = new StringBuilder();
        int lines = 0;
        while (Take(chunk, ref lines))
        {
            try
            {
                _output.Write(Encoding.UTF8.GetBytes(chunk.ToString()));
                _output.Flush();
                lines = 0;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ObjectDisposedException or NotSupportedException)
            {
                // nobody can be told where the log is what fails; the lines stay in the count
            }
        }
    }

    /// <summary>Waits for lines and takes some. What the last ones came to is accounted for first.</summary>
    /// <param name="chunk">Is filled.</param>
    /// <param name="lines">How many of the last lines were not written; then how many were taken.</param>
    /// <returns>False at the end.</returns>
    private bool Take(StringBuilder chunk, ref int lines)
    {
        lock (_gate)
        {
            _dropped += lines;
            _isWriting = false;
            if (_lines.Count == 0)
                Monitor.PulseAll(_gate);
            while (_lines.Count == 0 && !_isClosed)
                Monitor.Wait(_gate);

            chunk.Clear();
            lines = 0;
            while (_lines.TryPeek(out string? next) && (lines == 0 || chunk.Length + next.Length <= ChunkLength))
            {
                chunk.Append(next);
                lines++;
                _length -= next.Length;
                _lines.Dequeue();
            }

            _isWriting = lines > 0;
            return _isWriting;
        }
    }
}
