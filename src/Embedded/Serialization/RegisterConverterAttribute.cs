namespace Orleans;

/// <summary>Marks a converter that serialisation finds by itself.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct)]
public sealed class RegisterConverterAttribute : Attribute
{
}
