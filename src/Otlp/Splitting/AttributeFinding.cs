using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>What is known of one routing attribute for the current item.</summary>
internal struct AttributeFinding
{
    public AttributeLevel Level;
    public PseudoAttribute Pseudo;
    public AnyValue Value;
}
