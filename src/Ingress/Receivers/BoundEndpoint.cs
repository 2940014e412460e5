using System.Net;

namespace OrleansLb.Ingress.Receivers;

/// <summary>An address that a receiver really listens on.</summary>
/// <param name="Transport"><c>grpc</c> or <c>http</c>.</param>
/// <param name="Address">The address, with the port that the system chose where 0 was asked for.</param>
public readonly record struct BoundEndpoint(string Transport, IPEndPoint Address);
