namespace OrleansLb.Otlp.Grpc;

/// <summary>What a backend says it did not take from a request that it accepted otherwise; never to be retried.</summary>
/// <param name="RejectedItems">Spans, log records or data points that were refused; zero together with a message is a warning.</param>
/// <param name="ErrorMessage">Why.</param>
public readonly record struct PartialSuccess(long RejectedItems, string ErrorMessage);
