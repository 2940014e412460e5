using System.Text;

namespace OrleansLb.Storage.States;

/// <summary>Which record: the grain's type and key as Orleans has them, and the state's name in UTF-8.</summary>
/// <remarks>Three parts that are compared byte by byte: no separator can make two records look like one.</remarks>
internal readonly struct StateKey
{
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly GrainId _grain;
    private readonly string _stateName;

    /// <exception cref="ArgumentException">The name is no text that UTF-8 can hold: it would be stored under another one.</exception>
    public StateKey(string stateName, GrainId grain)
    {
        ArgumentNullException.ThrowIfNull(stateName);
        _grain = grain;
        _stateName = stateName;
        Name = s_strict.GetBytes(stateName);
    }

    public ReadOnlyMemory<byte> GrainType => _grain.Type.Value.Value;

    public ReadOnlyMemory<byte> GrainKey => _grain.Key.Value;

    public ReadOnlyMemory<byte> Name { get; }

    /// <summary>For messages.</summary>
    public override string ToString() => $"{_stateName} of {_grain}";
}
