using System.Globalization;
using System.Text.RegularExpressions;
using OrleansLb.Otlp.Grpc;

namespace OrleansLb.Grains.Sending;

/// <summary>Reads in the refusal of a backend that a request was too large, and for which limit.</summary>
internal static partial class MessageLimit
{
    /// <summary>What to do about it, behind what the backend says.</summary>
    public const string Advice = "; cut with batch { max_size, sizer = \"bytes\" } in the queue block, or raise the limit of the backend (max_recv_msg_size_mib)";

    // Cutting into smaller pieces than this does more harm than good, so a smaller number is hardly a limit of messages.
    private const int Least = 1024;

    /// <summary>Whether a refusal is about the size of the request.</summary>
    public static bool IsMeant(string message) => SizeWords().IsMatch(message) && !RateWords().IsMatch(message);

    /// <summary>The largest message that the backend takes, in bytes, if the outcome tells it.</summary>
    /// <param name="outcome">What became of an attempt.</param>
    /// <param name="size">The size of the request, uncompressed: a limit that it keeps is none.</param>
    public static int? Of(ExportOutcome? outcome, int size)
    {
        // tonic says OUT_OF_RANGE, everybody else RESOURCE_EXHAUSTED
        string? message = outcome switch
        {
            ExportOutcome.Permanent { Code: GrpcStatusCode.ResourceExhausted } refused => refused.Message,
            ExportOutcome.Retryable { Code: GrpcStatusCode.OutOfRange } refused => refused.Message,
            _ => null,
        };
        if (message is null || !IsMeant(message))
            return null;
        var match = TwoNumbers().Match(message);
        if (!match.Success)
            match = OneNumber().Match(message);
        return match.Success && int.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int limit)
            && limit >= Least && limit < size
                ? limit
                : null;
    }

    // grpc-go, grpc-core, grpc-java, grpc-dotnet, tonic, this program, and what proxies say with status 413
    [GeneratedRegex("larger than|too large|exceeds|(message|request|body) size|takes no request as large", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SizeWords();

    [GeneratedRegex("rate.?limit|per second", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex RateWords();

    // grpc-go and grpc-core: "received message larger than max (8004752 vs. 4194304)"
    [GeneratedRegex(@"larger than max\w* *\(\d+ vs\.? (\d+)\)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex TwoNumbers();

    // grpc-java: "exceeds maximum size 4194304: 8004752"; tonic: "found 8004752 bytes, the limit is: 4194304 bytes"; "larger than max 4194304"
    [GeneratedRegex(@"(?:larger than|exceeds|limit)[^0-9]{0,40}([0-9]+)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex OneNumber();
}
