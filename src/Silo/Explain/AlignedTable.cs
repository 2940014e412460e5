namespace OrleansLb.Silo.Explain;

/// <summary>Rows of text whose first column is flush left and whose others are flush right.</summary>
internal sealed class AlignedTable
{
    private readonly List<string[]> _rows = [];

    public void Row(string name, IEnumerable<string> values) => _rows.Add([name, .. values]);

    /// <summary>An empty line.</summary>
    public void Gap() => _rows.Add([]);

    public void Write(TextWriter output)
    {
        int columns = _rows.Max(static row => row.Length);
        var widths = Enumerable.Range(0, columns).Select(column => _rows.Max(row => column < row.Length ? row[column].Length : 0)).ToArray();
        foreach (string[] row in _rows)
        {
            var cells = row.Select((cell, column) => column == 0 ? cell.PadRight(widths[0]) : cell.PadLeft(widths[column]));
            output.WriteLine(string.Join("  ", cells).TrimEnd());
        }
    }
}
