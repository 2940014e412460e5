using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Batching;

/// <summary>
/// The bytes of a piece while it is filled, and what they would be with one item more: a length in front of an entry may grow
/// by a byte when the entry does, and what lies around an item is repeated in every piece that has one of its items.
/// </summary>
internal struct PieceLength
{
    private const int NotOpen = -1;

    // entries that are whole, and the bytes so far of those that more may be added to
    private int _closed;
    private int _resource;
    private int _scope;
    private int _data;

    /// <summary>Bytes of all fields of the request but its resource entries; likewise for the levels below.</summary>
    public int RequestHeader;
    public int ResourceHeader;
    public int ScopeHeader;
    public int MetricHeader;
    public int DataHeader;

    /// <summary>Begins an empty piece.</summary>
    public void Clear()
    {
        _closed = RequestHeader;
        _resource = _scope = _data = NotOpen;
    }

    public readonly int WithEntry(int bytes) => _closed + bytes;

    public readonly int WithItem(int bytes) =>
        _closed + Enclosed(Opened(_resource, ResourceHeader) + Enclosed(Opened(_scope, ScopeHeader) + bytes));

    public readonly int WithPoint(int bytes) => WithItem(Metric(Opened(_data, DataHeader) + bytes));

    public void AddEntry(int bytes) => _closed += bytes;

    public void AddItem(int bytes) => _scope = Opened(_scope, ScopeHeader) + bytes;

    public void AddPoint(int bytes) => _data = Opened(_data, DataHeader) + bytes;

    public void CloseMetric()
    {
        if (_data != NotOpen)
            AddItem(Metric(_data));
        _data = NotOpen;
    }

    public void CloseScope()
    {
        if (_scope != NotOpen)
            _resource = Opened(_resource, ResourceHeader) + Enclosed(_scope);
        _scope = NotOpen;
    }

    public void CloseResource()
    {
        if (_resource != NotOpen)
            _closed += Enclosed(_resource);
        _resource = NotOpen;
    }

    private readonly int Metric(int data) => Enclosed(MetricHeader + Enclosed(data));

    private static int Opened(int bytes, int header) => bytes == NotOpen ? header : bytes;

    private static int Enclosed(int bytes) => 1 + Varint.SizeOf((uint)bytes) + bytes;
}
