namespace OrleansLb.Configuration.Evaluation;

/// <summary>The names of capsules in messages.</summary>
internal static class CapsuleKinds
{
    public static string Display(this CapsuleKind kind) => kind switch
    {
        CapsuleKind.Consumer => "otelcol.Consumer",
        CapsuleKind.AuthenticationHandler => "auth.Handler",
        CapsuleKind.StorageHandler => "storage.Handler",
        _ => "extension.Handler",
    };
}
