using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using OrleansLb.Configuration.Evaluation;

namespace OrleansLb.Configuration;

/// <summary>How much memory the process may use: a number of bytes, or a share of what there is.</summary>
/// <param name="Bytes">Bytes; zero when it is a share.</param>
/// <param name="Share">A share of the memory of the container, or of the machine; above 0, at most 1.</param>
public readonly record struct MemoryLimit(long Bytes, double Share)
{
    /// <summary>The least that the program can work with.</summary>
    public const long LeastBytes = 256L << 20;

    /// <summary>What holds when nothing is said: the rest is for the runtime's own memory and what else runs in the container.</summary>
    public static MemoryLimit Default => new(0, 0.75);

    /// <summary>Reads <c>512MiB</c> or <c>75%</c>.</summary>
    public static bool TryParse(string text, out MemoryLimit limit, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        limit = default;
        if (text.EndsWith('%'))
        {
            if (!double.TryParse(text.AsSpan()[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double percent) || percent is not (> 0 and <= 100))
            {
                error = $"{text} is no percentage above 0% and up to 100%";
                return false;
            }

            limit = new MemoryLimit(0, percent / 100);
        }
        else
        {
            if (!ByteSizes.TryParse(text, out long bytes, out error))
            {
                error = $"{error}: expected a size like 512MiB, or a share like 75%";
                return false;
            }

            if (bytes < LeastBytes)
            {
                error = $"{text} is too little: at least {LeastBytes >> 20}MiB are needed";
                return false;
            }

            limit = new MemoryLimit(bytes, 0);
        }

        error = null;
        return true;
    }
}
