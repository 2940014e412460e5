using OrleansLb.Otlp.Splitting;
using OrleansLb.Testing;

namespace OrleansLb.Otlp.Tests.Wire;

/// <summary>A request with one field that is not what it has to be, and the same request before that was done to it.</summary>
internal sealed class DamagedRequest
{
    private const int Siblings = 3;

    private readonly Signal _signal;
    private readonly byte[] _valid;
    private readonly byte[] _damaged;

    public DamagedRequest(Signal signal, Random random)
    {
        _signal = signal;
        string plural = signal switch { Signal.Traces => "spans", Signal.Logs => "logs", _ => "metrics" };
        string children = signal == Signal.Logs ? "log_records" : plural;
        int place = random.Next(Siblings);
        var items = ItemFieldsOf.List(Siblings, signal, random);
        var victim = items[place];
        byte[] validScope = Scope(items);
        byte[] validEntry = Entry([Scope([items[0]]), validScope]);
        string entryPath = $"resource_{plural}[1]", scopePath = $"{entryPath}.scope_{plural}[1]";

        byte[] damagedEntry;
        uint number = (uint)random.Next(1, 4);
        switch (random.Next(5))
        {
            case 0:
                damagedEntry = [.. validEntry, .. Damage.WrongType(random, number, 2)];
                Path = $"{entryPath}.{NameOf(number, "resource", $"scope_{plural}[2]")}";
                break;
            case 1:
                damagedEntry = Entry([Scope([items[0]]), [.. validScope, .. Damage.WrongType(random, number, 2)]]);
                Path = $"{scopePath}.{NameOf(number, "scope", $"{children}[{Siblings}]")}";
                break;
            default:
                var (damaged, name, isId) = victim.Damaged(random);
                items[place] = damaged;
                IsSeenByAll = (isId && victim.IsOrdered) || signal == Signal.Metrics;
                Path = $"{scopePath}.{children}[{place}].{name}";
                damagedEntry = Entry([Scope([victim]), Scope(items)]);
                break;
        }

        _valid = Encode(validEntry);
        _damaged = Encode(damagedEntry);
    }

    /// <summary>The field as an error has to name it.</summary>
    public string Path { get; }

    /// <summary>Whether every key has to refuse it.</summary>
    public bool IsSeenByAll { get; } = true;

    /// <summary>Every way to split a signal.</summary>
    public static IEnumerable<SplitOptions> OptionsOf(Signal signal) =>
        from key in Enum.GetValues<RoutingKey>()
        where RequestSplitter.Supports(key, signal)
        from dialect in Enum.GetValues<IdentifierDialect>()
        select new SplitOptions(key, dialect, key == RoutingKey.Attributes ? new RoutingAttributes(["key.1"]) : null);

    public byte[] Encode(bool isDamaged) => isDamaged ? _damaged : _valid;

    public override string ToString() => $"{_signal} with a damaged {Path}";

    private static byte[] Encode(byte[] entry) => new WireMessage().Bytes(1, Entry([])).Bytes(1, entry).Encode();

    private static byte[] Scope(List<ItemFieldsOf> items)
    {
        var scope = new WireMessage().Message(1, new WireMessage().Text(1, "library"));
        foreach (var item in items)
            scope.Bytes(2, item.Encode());
        return scope.Text(3, "https://example.org/schema").Encode();
    }

    private static byte[] Entry(byte[][] scopes)
    {
        var entry = new WireMessage().Message(1, new WireMessage().Attribute(1, "service.name", new WireMessage().Text(1, "checkout")));
        foreach (byte[] scope in scopes)
            entry.Bytes(2, scope);
        return entry.Text(3, "https://example.org/schema").Encode();
    }

    private static string NameOf(uint number, string first, string second) => number switch
    {
        1 => first,
        2 => second,
        _ => "schema_url",
    };
}
