namespace Orleans;

/// <summary>Marks a type that travels in grain messages. Nothing is serialised in this engine; the mark is for the other one.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Enum)]
public sealed class GenerateSerializerAttribute : Attribute
{
    /// <summary>Whether parameters of the primary constructor are members of the message.</summary>
    public bool IncludePrimaryConstructorParameters { get; init; }
}
