namespace OrleansLb.Otlp.Wire;

/// <summary>What is looked at in spans and log records that are counted; docs/validation.md has the table.</summary>
internal enum ItemCheck : byte
{
    /// <summary>Nothing: they were accepted before, and what was accepted is not refused any more.</summary>
    None = 0,

    /// <summary>Their IDs where encoders put them, and all of their fields if the IDs are not there.</summary>
    Ids = 1,

    /// <summary>All of their fields, as routing by trace ID does: whoever splits them later finds nothing else.</summary>
    Fields = 2,
}
