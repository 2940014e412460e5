namespace OrleansLb.Grains.Tests.Sending;

/// <summary>What reached the mock backend.</summary>
internal sealed record ReceivedCall(string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body, string ConnectionId);
