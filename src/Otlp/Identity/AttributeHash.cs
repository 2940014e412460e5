namespace OrleansLb.Otlp.Identity;

/// <summary>What identifies a map of attributes: sixteen bytes, two little-endian numbers. The empty map has zeros.</summary>
internal readonly record struct AttributeHash(ulong First, ulong Second);
