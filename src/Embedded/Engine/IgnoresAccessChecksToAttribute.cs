namespace System.Runtime.CompilerServices;

/// <summary>Known to the runtime by its name: an emitted assembly with this mark may use the internal types of the assembly it names.</summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class IgnoresAccessChecksToAttribute(string assemblyName) : Attribute
{
    public string AssemblyName { get; } = assemblyName;
}
