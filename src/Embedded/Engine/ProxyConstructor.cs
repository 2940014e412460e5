namespace OrleansLb.Embedded.Engine;

/// <summary>Makes a reference that implements a certain grain interface.</summary>
internal delegate GrainProxy ProxyConstructor(ActivationDirectory directory, ActivationKey key);
