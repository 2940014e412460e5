namespace OrleansLb.Silo.Hosting;

/// <summary>The program cannot start for a reason outside of it; the message is for the user.</summary>
internal sealed class StartupException(string message) : Exception(message);
