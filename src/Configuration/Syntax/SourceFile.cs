using System.Text;

namespace OrleansLb.Configuration.Syntax;

/// <summary>A configuration file's bytes, and where its lines begin.</summary>
internal sealed class SourceFile
{
    private readonly byte[] _bytes;
    private readonly List<int> _lineStarts = [0];

    public SourceFile(string name, byte[] bytes)
    {
        Name = name;
        _bytes = bytes;
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == (byte)'\n')
                _lineStarts.Add(i + 1);
        }
    }

    public string Name { get; }

    public ReadOnlySpan<byte> Bytes => _bytes;

    public string Text(int start, int end) => Encoding.UTF8.GetString(_bytes.AsSpan(start, Math.Max(end - start, 0)));

    /// <summary>Line and column (in bytes) of an offset, both from 1.</summary>
    public (int Line, int Column) Locate(int offset)
    {
        int found = _lineStarts.BinarySearch(offset);
        int line = found >= 0 ? found : ~found - 1;
        return (line + 1, offset - _lineStarts[line] + 1);
    }
}
