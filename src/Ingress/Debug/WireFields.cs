using OrleansLb.Otlp.Wire;

namespace OrleansLb.Ingress.Debug;

/// <summary>The fields of one message, in the order of the wire. Stops at the first byte that makes no sense.</summary>
internal ref struct WireFields(ReadOnlySpan<byte> message)
{
    private readonly ReadOnlySpan<byte> _message = message;
    private int _position;
    private WireField _field;
    private WireError _error;

    /// <summary>Whether the message ended before its bytes did.</summary>
    public bool Malformed { get; private set; }

    public readonly string Error => _error.ToString();

    public readonly uint Number => _field.Number;

    public readonly uint Type => _field.Type;

    /// <summary>The value: the content of what has a length, the bytes of everything else.</summary>
    public readonly ReadOnlySpan<byte> Value => _message[_field.ValueStart.._field.End];

    public bool MoveNext()
    {
        if (_position >= _message.Length || Malformed)
            return false;
        if (!WireReader.TryRead(_message, _position, _message.Length, out _field, ref _error))
        {
            Malformed = true;
            return false;
        }

        _position = _field.End;
        return true;
    }

    /// <summary>The content of the last field with this number and a length; empty when there is none.</summary>
    public static ReadOnlySpan<byte> Last(ReadOnlySpan<byte> message, uint number)
    {
        ReadOnlySpan<byte> last = default;
        var fields = new WireFields(message);
        while (fields.MoveNext())
        {
            if (fields.Number == number && fields.Type == WireType.LengthDelimited)
                last = fields.Value;
        }

        return last;
    }
}
