using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Identity;

/// <summary>How deep arrays and maps may lie in each other where an identifier is made of them.</summary>
internal static class ValueNesting
{
    /// <summary>The depth that the official parsers allow for messages.</summary>
    public const int Limit = 100;

    public static bool TooDeep(in AnyValue value, ref WireError error)
    {
        error = new WireError("attribute values are nested too deeply", value.Start);
        return false;
    }
}
