using OrleansLb.Configuration.Evaluation;
using OrleansLb.Storage.Postgres;

namespace OrleansLb.Configuration.Components;

/// <summary><c>orleanslb.storage.postgres</c>: a store in a database that several processes may share.</summary>
internal static class PostgresStorageComponent
{
    public static BlockSchema<Arguments> Schema { get; } = new BlockSchema<Arguments>(new Arguments(""))
        .Attribute("connection_string", Readers.Text, (_, text) => new Arguments(text), required: true)
        .Check(store => PostgresStorageOptions.Check(store.ConnectionString));

    public static ComponentDefinition Definition { get; } =
        new("orleanslb.storage.postgres", StabilityLevel.GenerallyAvailable, Build) { Export = ("handler", CapsuleKind.StorageHandler) };

    private static Problem? Build(ComponentBlock block, DecodeContext context, PipelineDraft pipeline)
    {
        var decoded = Schema.Decode(block.Statement.Body, context);
        if (decoded.Problem is { } problem)
            return problem;
        pipeline.Stores.Add(new StoreDeclaration
        {
            ComponentId = block.Id,
            Postgres = new PostgresStorageOptions { ConnectionString = decoded.Value.ConnectionString },
        });
        return null;
    }

    public sealed record Arguments(string ConnectionString);
}
