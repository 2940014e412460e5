namespace OrleansLb.Ingress.Admission;

/// <summary>The room that one part takes up in the queue of its ring slot, in the unit of the queue's sizer.</summary>
internal readonly record struct SlotRoom(int Slot, long Room);
