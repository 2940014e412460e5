using OrleansLb.Grains.Exporting.Messages;

namespace OrleansLb.Grains.Exporting.Queueing;

/// <summary>The grain that a <see cref="GrainQueue"/> belongs to; called on its turns.</summary>
internal interface IQueueOwner
{
    /// <summary>The ring slot that accepted parts are for; of no meaning to an owner that splits them.</summary>
    int Slot { get; }

    /// <summary>The seating that parts which are accepted now are meant for.</summary>
    long? Seating { get; }

    /// <summary>
    /// Does what has to be done with a part, and ends with <see cref="GrainQueue.Finish(QueuedPart)"/> or <see cref="GrainQueue.Drop(QueuedPart, string, EnqueueOutcome)"/>.
    /// Never throws.
    /// </summary>
    Task SeeThrough(QueuedPart part);

    /// <summary>The form in which a part is stored, with a reference to its payload for the caller to release.</summary>
    ValueTask<ExportPart> EncodeForStore(ExportPart part);

    /// <summary>The queue accepts nothing more, or the time for emptying it is over: whoever waits for something must look again.</summary>
    void LookAgain();

    /// <summary>There may be nothing left to do.</summary>
    void EndIfUnneeded();

    /// <summary>Another activation has taken the stored queue over.</summary>
    void EndOvertaken();

    /// <summary>Has the index know that there may be something stored; throws what the store throws.</summary>
    Task Register();

    /// <summary>Has the index forget it again.</summary>
    Task Unregister();
}
