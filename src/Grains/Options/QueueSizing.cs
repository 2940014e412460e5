using OrleansLb.Grains.Exporting.Messages;

namespace OrleansLb.Grains.Options;

/// <summary>How much room something takes up in a queue.</summary>
public static class QueueSizing
{
    /// <summary>In the sizer's unit. Also what holds nothing takes up some, so that a queue is not empty before it is done.</summary>
    /// <param name="sizer">The unit.</param>
    /// <param name="items">Items in the request.</param>
    /// <param name="bytes">Bytes of the request, uncompressed.</param>
    public static int RoomFor(this QueueSizer sizer, int items, int bytes) => Math.Max(1, sizer switch
    {
        QueueSizer.Items => items,
        QueueSizer.Bytes => bytes,
        _ => 1,
    });

    /// <summary>The room of a part.</summary>
    public static int RoomFor(this QueueSizer sizer, ExportPart part)
    {
        ArgumentNullException.ThrowIfNull(part);
        return sizer.RoomFor(part.ItemCount, part.PlainLength > 0 ? part.PlainLength : part.Payload.Length);
    }
}
