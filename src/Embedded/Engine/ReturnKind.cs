using System.Reflection;
using System.Reflection.Emit;

namespace OrleansLb.Embedded.Engine;

/// <summary>What a grain method returns, and how that becomes a task and comes from one.</summary>
internal sealed class ReturnKind
{
    private readonly Type _returned;
    private readonly bool _isValueTask;

    private ReturnKind(Type returned, Type? result, bool isValueTask)
    {
        _returned = returned;
        _isValueTask = isValueTask;
        TaskType = result is null ? typeof(Task) : typeof(Task<>).MakeGenericType(result);
        RequestType = result is null ? typeof(GrainRequest) : typeof(GrainRequest<>).MakeGenericType(result);
    }

    public Type RequestType { get; }

    private Type TaskType { get; }

    /// <exception cref="NotSupportedException">The method is generic or returns neither a task nor a value task.</exception>
    public static ReturnKind Of(MethodInfo method)
    {
        var type = method.ReturnType;
        var definition = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        bool isValueTask = definition == typeof(ValueTask) || definition == typeof(ValueTask<>);
        if (method.IsGenericMethodDefinition || !(isValueTask || definition == typeof(Task) || definition == typeof(Task<>)))
            throw new NotSupportedException($"{method.DeclaringType}.{method.Name}: grain methods are not generic and return a task");
        return new ReturnKind(type, type.IsGenericType ? type.GenericTypeArguments[0] : null, isValueTask);
    }

    /// <summary>What the grain returned is on the stack; leaves a task.</summary>
    public void EmitToTask(ILGenerator il)
    {
        if (!_isValueTask)
            return;
        var local = il.DeclareLocal(_returned);
        il.Emit(OpCodes.Stloc, local);
        il.Emit(OpCodes.Ldloca, local);
        il.Emit(OpCodes.Call, _returned.GetMethod(nameof(ValueTask.AsTask))!);
    }

    /// <summary>A task is on the stack; leaves what the caller gets.</summary>
    public void EmitFromTask(ILGenerator il)
    {
        if (TaskType != typeof(Task))
            il.Emit(OpCodes.Castclass, TaskType);
        if (_isValueTask)
            il.Emit(OpCodes.Newobj, _returned.GetConstructor([TaskType])!);
    }
}
