using System.Linq.Expressions;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using Orleans.Concurrency;

namespace OrleansLb.Embedded.Engine;

/// <summary>
/// Emits, per grain interface, a reference class and one request class per method, whose fields are the arguments. A call then costs
/// plain virtual calls: no reflection, no boxing.
/// </summary>
internal static class ProxyEmitter
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly MethodInfo s_send = typeof(GrainProxy).GetMethod("Send", Declared)!;

    public static ProxyConstructor ConstructorFor(Type contract)
    {
        var methods = contract.GetInterfaces().Append(contract).SelectMany(static type => type.GetMethods()).ToArray();
        var module = DefineModule(contract, methods);
        var proxy = module.DefineType($"{contract.Name}.Reference", TypeAttributes.Sealed, typeof(GrainProxy), [contract]);
        DefineConstructor(proxy);
        for (int i = 0; i < methods.Length; i++)
            DefineMethod(module, proxy, methods[i], i);

        var constructor = proxy.CreateType().GetConstructor([typeof(ActivationDirectory), typeof(ActivationKey)])!;
        var directory = Expression.Parameter(typeof(ActivationDirectory));
        var key = Expression.Parameter(typeof(ActivationKey));
        return Expression.Lambda<ProxyConstructor>(Expression.New(constructor, directory, key), directory, key).Compile();
    }

    private static ModuleBuilder DefineModule(Type contract, MethodInfo[] methods)
    {
        var name = new AssemblyName($"OrleansLb.Embedded.References.{contract.FullName}");
        var assembly = AssemblyBuilder.DefineDynamicAssembly(name, AssemblyBuilderAccess.Run);
        var mark = typeof(IgnoresAccessChecksToAttribute).GetConstructor([typeof(string)])!;
        var used = methods
            .SelectMany(static method => method.GetParameters().Select(static parameter => parameter.ParameterType).Append(method.ReturnType))
            .SelectMany(static type => type.GenericTypeArguments.Append(type))
            .Concat([contract, typeof(GrainProxy)]);
        foreach (string assemblyName in used.Select(static type => type.Assembly.GetName().Name!).Distinct())
            assembly.SetCustomAttribute(new CustomAttributeBuilder(mark, [assemblyName]));
        return assembly.DefineDynamicModule(name.Name!);
    }

    private static void DefineConstructor(TypeBuilder proxy)
    {
        Type[] parameters = [typeof(ActivationDirectory), typeof(ActivationKey)];
        var il = proxy.DefineConstructor(MethodAttributes.Public, CallingConventions.HasThis, parameters).GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldarg_2);
        il.Emit(OpCodes.Call, typeof(GrainProxy).GetConstructors(Declared)[0]);
        il.Emit(OpCodes.Ret);
    }

    private static void DefineMethod(ModuleBuilder module, TypeBuilder proxy, MethodInfo method, int number)
    {
        var kind = ReturnKind.Of(method);
        var parameters = Array.ConvertAll(method.GetParameters(), static parameter => parameter.ParameterType);
        var request = DefineRequest(module, method, kind, parameters, $"{proxy.Name}.{method.Name}.{number}");

        const MethodAttributes Attributes = MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.Final | MethodAttributes.HideBySig;
        var definition = proxy.DefineMethod(method.Name, Attributes, method.ReturnType, parameters);
        var il = definition.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Newobj, request.GetConstructor([])!);
        for (int i = 0; i < parameters.Length; i++)
        {
            il.Emit(OpCodes.Dup);
            il.Emit(OpCodes.Ldarg, i + 1);
            il.Emit(OpCodes.Stfld, request.GetField(FieldName(i))!);
        }

        il.Emit(OpCodes.Call, s_send);
        kind.EmitFromTask(il);
        il.Emit(OpCodes.Ret);
        proxy.DefineMethodOverride(definition, method);
    }

    private static Type DefineRequest(ModuleBuilder module, MethodInfo method, ReturnKind kind, Type[] parameters, string name)
    {
        var request = module.DefineType(name, TypeAttributes.Sealed, kind.RequestType);
        var il = request.DefineConstructor(MethodAttributes.Public, CallingConventions.HasThis, []).GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldc_I4, (int)TraitsOf(method));
        il.Emit(OpCodes.Call, kind.RequestType.GetConstructors(Declared)[0]);
        il.Emit(OpCodes.Ret);

        var invoke = request.DefineMethod(
            nameof(GrainRequest.Invoke), MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.HideBySig, typeof(Task), [typeof(object)]);
        il = invoke.GetILGenerator();
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Castclass, method.DeclaringType!);
        for (int i = 0; i < parameters.Length; i++)
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldfld, request.DefineField(FieldName(i), parameters[i], FieldAttributes.Public));
        }

        il.Emit(OpCodes.Callvirt, method);
        kind.EmitToTask(il);
        il.Emit(OpCodes.Ret);
        return request.CreateType();
    }

    private static string FieldName(int parameter) => $"_{parameter}";

    private static RequestTraits TraitsOf(MethodInfo method) =>
        (method.IsDefined(typeof(AlwaysInterleaveAttribute)) ? RequestTraits.Interleaves : RequestTraits.None)
        | (method.IsDefined(typeof(ReadOnlyAttribute)) ? RequestTraits.ReadsOnly : RequestTraits.None)
        | (method.IsDefined(typeof(OneWayAttribute)) ? RequestTraits.OneWay : RequestTraits.None);
}
