namespace OrleansLb.EndToEnd.Tests.Histories;

/// <summary>One item in one attempt.</summary>
internal readonly record struct Send(SentItem Item, ClientAttempt Attempt);
