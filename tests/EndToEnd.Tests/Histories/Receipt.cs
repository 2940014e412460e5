namespace OrleansLb.EndToEnd.Tests.Histories;

/// <summary>One item at one backend.</summary>
/// <param name="Backend">Its index in <see cref="History.Backends"/>.</param>
/// <param name="At">When it was read, before it was answered.</param>
/// <param name="Taken">False: it was refused for good. A retryable refusal leaves no receipt.</param>
internal readonly record struct Receipt(ulong Item, UInt128 Key, int Backend, TimeSpan At, bool Taken = true);
