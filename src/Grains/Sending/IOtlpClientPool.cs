using OrleansLb.Grains.Options;

namespace OrleansLb.Grains.Sending;

/// <summary>The connections of this process to backends, shared by everybody who sends to the same one in the same way.</summary>
internal interface IOtlpClientPool
{
    /// <summary>A client for a backend. Never fails: an endpoint that cannot be dialled yields a client that says so at every attempt.</summary>
    /// <param name="endpoint">The backend as <c>host:port</c>.</param>
    /// <param name="options">How to talk to it.</param>
    IOtlpClient Rent(string endpoint, ClientOptions options);

    /// <summary>A client with connections of its own, for whoever wants to know how the backend is and not how a connection is.</summary>
    /// <param name="endpoint">The backend as <c>host:port</c>.</param>
    /// <param name="options">How to talk to it.</param>
    IOtlpClient Dial(string endpoint, ClientOptions options);
}
