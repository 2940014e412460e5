namespace OrleansLb.Ingress.Debug;

/// <summary>How the value of a field is printed.</summary>
internal enum FieldKind : byte
{
    /// <summary>A string.</summary>
    Text,

    /// <summary>Bytes as hexadecimal digits: IDs.</summary>
    Hexadecimal,

    /// <summary>A varint without a sign.</summary>
    Unsigned,

    /// <summary>A varint that is true or false.</summary>
    Boolean,

    /// <summary>A zig-zag varint.</summary>
    ZigZag,

    /// <summary>A varint that stands for a name.</summary>
    Enumeration,

    /// <summary>32 bits without a sign.</summary>
    Fixed32,

    /// <summary>64 bits without a sign.</summary>
    Fixed64,

    /// <summary>64 bits with a sign.</summary>
    SignedFixed64,

    /// <summary>64 bits of nanoseconds since 1970.</summary>
    Time,

    /// <summary>A double.</summary>
    Double,

    /// <summary>Packed 64-bit numbers.</summary>
    PackedFixed64,

    /// <summary>Packed doubles.</summary>
    PackedDouble,

    /// <summary>Packed varints.</summary>
    PackedVarint,

    /// <summary>A key and its value.</summary>
    Attribute,

    /// <summary>A value of any type.</summary>
    AnyValue,

    /// <summary>An embedded message.</summary>
    Message,
}
