namespace OrleansLb.Configuration.Evaluation;

/// <summary>What a reference to a component's export can be used for.</summary>
internal enum CapsuleKind : byte
{
    /// <summary><c>input</c>: takes telemetry.</summary>
    Consumer,

    /// <summary><c>handler</c> of an authentication component.</summary>
    AuthenticationHandler,

    /// <summary><c>handler</c> of a storage component.</summary>
    StorageHandler,

    /// <summary><c>handler</c> of another extension.</summary>
    ExtensionHandler,
}
