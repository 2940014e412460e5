namespace Orleans;

/// <summary>Marks attributes that make the engine supply a constructor parameter of a grain.</summary>
public interface IFacetMetadata
{
}
