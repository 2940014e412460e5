namespace OrleansLb.Silo.Demo;

/// <summary>Where the demo shows itself.</summary>
internal interface IDemoView : IDisposable
{
    /// <summary>Time between two frames.</summary>
    TimeSpan Interval { get; }

    /// <summary>Shows the state of the moment.</summary>
    void Show(DemoFrame frame);

    /// <summary>Shows a line that stays.</summary>
    void Note(string line);
}
