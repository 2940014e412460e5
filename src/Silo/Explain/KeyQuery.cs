using System.Diagnostics.CodeAnalysis;
using System.Text;
using OrleansLb.Otlp.Splitting;

namespace OrleansLb.Silo.Explain;

/// <summary>A key that somebody wants to know the backend of.</summary>
/// <param name="Input">The question as it was asked: <c>trace-id HEX</c>, <c>service NAME</c> or <c>key TEXT</c>.</param>
/// <param name="Key">What kind of key it is; null when the value is an identifier already.</param>
/// <param name="Value">The raw trace ID, the name's UTF-8, or the identifier.</param>
internal sealed record KeyQuery(string Input, RoutingKey? Key, ReadOnlyMemory<byte> Value)
{
    public const string TraceId = "trace-id";
    public const string Service = "service";
    public const string Identifier = "key";

    // items with IDs of another length are refused, as every backend would do
    private const int TraceIdDigits = 32;

    /// <summary>Reads one line of a list of questions. The value is all that follows the first blank.</summary>
    public static bool TryParse(string line, [NotNullWhen(true)] out KeyQuery? query, [NotNullWhen(false)] out string? error)
    {
        int blank = line.IndexOf(' ', StringComparison.Ordinal);
        if (blank >= 0)
            return TryCreate(line[..blank], line[(blank + 1)..], out query, out error);
        query = null;
        error = Expected(line);
        return false;
    }

    /// <summary>A question of the given kind.</summary>
    public static bool TryCreate(string kind, string value, [NotNullWhen(true)] out KeyQuery? query, [NotNullWhen(false)] out string? error)
    {
        error = kind switch
        {
            TraceId => value.Length == TraceIdDigits && value.All(char.IsAsciiHexDigit) ? null : $"\"{value}\" is no trace ID: expected {TraceIdDigits} hexadecimal digits",
            Service or Identifier => null,
            _ => Expected($"{kind} {value}"),
        };
        query = error is not null ? null : new KeyQuery(
            $"{kind} {value}",
            kind switch { TraceId => RoutingKey.TraceId, Service => RoutingKey.Service, _ => null },
            kind == TraceId ? Convert.FromHexString(value) : Encoding.UTF8.GetBytes(value));
        return error is null;
    }

    private static string Expected(string line) => $"\"{line}\": expected {TraceId} HEX, {Service} NAME or {Identifier} TEXT";
}
