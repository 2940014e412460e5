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
    private readonly Queue<Line> _lines = new();
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
            Enqueue(new Line(line));
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
        Enqueue(new Line(_dropNote(_dropped - _noted), _dropped - _noted));
        _noted = _dropped;
    }

    private void Enqueue(Line line)
    {
        _lines.Enqueue(line);
        _length += line.Text.Length;
        if (_lines.Count == 1)
            Monitor.PulseAll(_gate);
    }

    private void WriteLines()
    {
        var chunk = new StringBuilder();
        var lost = default(Taken);
        while (Take(chunk, lost) is { Lines: > 0 } taken)
        {
            lost = taken;
            try
            {
                _output.Write(Encoding.UTF8.GetBytes(chunk.ToString()));
                _output.Flush();
                lost = default;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ObjectDisposedException or NotSupportedException)
            {
                // nobody can be told where the log is what fails; the lines are counted
            }
        }
    }

    /// <summary>Waits for lines and takes some. What became of the last ones is accounted for first.</summary>
    /// <param name="chunk">Is filled.</param>
    /// <param name="lost">Of the last ones, what was not written. A note among it is to be written again, and is no line that anybody added.</param>
    /// <returns>What was taken; nothing at the end.</returns>
    private Taken Take(StringBuilder chunk, Taken lost)
    {
        lock (_gate)
        {
            _dropped += lost.Lines - lost.Notes;
            _noted -= lost.Noted;
            _isWriting = false;
            if (_lines.Count == 0)
                Monitor.PulseAll(_gate);
            while (_lines.Count == 0 && !_isClosed)
                Monitor.Wait(_gate);

            chunk.Clear();
            var taken = default(Taken);
            while (_lines.TryPeek(out var next) && (taken.Lines == 0 || chunk.Length + next.Text.Length <= ChunkLength))
            {
                chunk.Append(next.Text);
                taken = taken.With(next);
                _length -= next.Text.Length;
                _lines.Dequeue();
            }

            _isWriting = taken.Lines > 0;
            return taken;
        }
    }

    /// <param name="Text">With its line feed.</param>
    /// <param name="Noted">Dropped lines that it tells of; 0: it is no note.</param>
    private readonly record struct Line(string Text, long Noted = 0);

    /// <param name="Lines">Notes included.</param>
    /// <param name="Notes">How many of them are notes.</param>
    /// <param name="Noted">Dropped lines that these tell of.</param>
    private readonly record struct Taken(int Lines, int Notes, long Noted)
    {
        public Taken With(Line line) => new(Lines + 1, Notes + (line.Noted > 0 ? 1 : 0), Noted + line.Noted);
    }
}
