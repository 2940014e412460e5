namespace OrleansLb.Silo.Explain;

/// <summary>What one backend has of a ring.</summary>
/// <param name="Backend">Its endpoint.</param>
/// <param name="Weight">Its weight; null when it is the ordinary one, and on rings that know none.</param>
/// <param name="Slot">Its ring slot.</param>
/// <param name="Positions">The positions that it owns.</param>
/// <param name="Share">Their part of the ring, from 0 to 1.</param>
/// <param name="Keys">The keys that were placed on it.</param>
internal sealed record BackendShare(string Backend, int? Weight, int Slot, int Positions, double Share, int Keys);
