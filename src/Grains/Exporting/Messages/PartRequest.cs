using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace OrleansLb.Grains.Exporting.Messages;

/// <summary>
/// Marks a method whose first parameter is an <see cref="ExportPart"/>. A part that came over a network brings a reference to its payload that nobody else knows of; it is released when the
/// call has ended, as the sender's own is when the part was handed over within a process.
/// </summary>
[InvokableBaseType(typeof(GrainReference), typeof(Task<>), typeof(PartRequest<>))]
[AttributeUsage(AttributeTargets.Method)]
public sealed class TakesPartAttribute : Attribute;

/// <summary>The call of such a method. Apart from that like Orleans' own.</summary>
/// <typeparam name="TResult">What it answers.</typeparam>
[SerializerTransparent]
public abstract class PartRequest<TResult> : RequestBase
{
    /// <inheritdoc/>
    public sealed override ValueTask<Response> Invoke()
    {
        var received = GetArgumentCount() > 0 && GetArgument(0) is ExportPart part && part.Payload.TryClaim() ? part.Payload : null;
        Task<TResult> call;
        try
        {
            call = InvokeInner();
        }
#pragma warning disable CA1031 // whatever the method throws is its answer
        catch (Exception exception)
#pragma warning restore CA1031
        {
            received?.Leave();
            return new(Response.FromException(exception));
        }

        if (!call.IsCompletedSuccessfully)
            return new(Await(call, received));
        received?.Release();
        return new(Response.FromResult(call.Result));
    }

    /// <summary>Calls the method.</summary>
    protected abstract Task<TResult> InvokeInner();

    private static async Task<Response> Await(Task<TResult> call, Otlp.Memory.Payload? received)
    {
        try
        {
            var response = Response.FromResult(await call);
            received?.Release();
            return response;
        }
#pragma warning disable CA1031 // whatever the method throws is its answer; who knows who still reads the bytes
        catch (Exception exception)
#pragma warning restore CA1031
        {
            received?.Leave();
            return Response.FromException(exception);
        }
    }
}
