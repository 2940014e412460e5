using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Ingress.Debug;

/// <summary>The normal form: a line per span, log record or data point.</summary>
internal sealed class ItemLines(TextWriter output)
{
    public void Print(Signal signal, ReadOnlySpan<byte> request)
    {
        var entries = new WireFields(request);
        while (entries.MoveNext())
        {
            if (entries.Number != OtlpTags.ResourceEntriesNumber || entries.Type != WireType.LengthDelimited)
                continue;
            var scopes = new WireFields(entries.Value);
            while (scopes.MoveNext())
            {
                if (scopes.Number == OtlpTags.ScopeEntriesNumber && scopes.Type == WireType.LengthDelimited)
                    PrintItems(signal, scopes.Value);
            }

            Report(scopes);
        }

        Report(entries);
    }

    private void PrintItems(Signal signal, ReadOnlySpan<byte> scopeEntry)
    {
        var items = new WireFields(scopeEntry);
        while (items.MoveNext())
        {
            if (items.Number != OtlpTags.ItemsNumber || items.Type != WireType.LengthDelimited)
                continue;
            switch (signal)
            {
                case Signal.Traces:
                    Line($"{Text(items.Value, 5)} {Hexadecimal(items.Value, 1)} {Hexadecimal(items.Value, 2)}{Attributes(items.Value, 9, " ")}");
                    break;
                case Signal.Logs:
                    Line($"{AnyValueText.Plain(WireFields.Last(items.Value, 5))}{Attributes(items.Value, 6, " ")}");
                    break;
                default:
                    PrintPoints(items.Value);
                    break;
            }
        }

        Report(items);
    }

    private void PrintPoints(ReadOnlySpan<byte> metric)
    {
        string name = Text(metric, 1);
        var data = new WireFields(metric);
        while (data.MoveNext())
        {
            if (!OtlpTags.IsMetricData(data.Number) || data.Type != WireType.LengthDelimited)
                continue;
            var points = new WireFields(data.Value);
            while (points.MoveNext())
            {
                if (points.Number == OtlpTags.DataPointsNumber && points.Type == WireType.LengthDelimited)
                    Line($"{name}{{{Attributes(points.Value, AttributesNumber(data.Number), ",").TrimStart(',')}}} {PointValue(data.Number, points.Value)}");
            }

            Report(points);
        }

        Report(data);
    }

    // Where the five kinds of data points keep their attributes.
    private static uint AttributesNumber(uint kind) => kind switch
    {
        9 => 9,
        10 => 1,
        _ => 7,
    };

    // Numbers: double 4 or integer 6; the other kinds: count 4 and sum 5.
    private static string PointValue(uint kind, ReadOnlySpan<byte> point)
    {
        string value = "", sum = "";
        var fields = new WireFields(point);
        while (fields.MoveNext())
        {
            if (fields.Type != WireType.Fixed64)
                continue;
            if (kind is 5 or 7)
            {
                value = fields.Number switch
                {
                    4 => ScalarText.Double(fields.Value),
                    6 => BinaryPrimitives.ReadInt64LittleEndian(fields.Value).ToString(CultureInfo.InvariantCulture),
                    _ => value,
                };
            }
            else if (fields.Number == 4)
            {
                value = string.Create(CultureInfo.InvariantCulture, $"count={BinaryPrimitives.ReadUInt64LittleEndian(fields.Value)}");
            }
            else if (fields.Number == 5)
            {
                sum = $" sum={ScalarText.Double(fields.Value)}";
            }
        }

        return value + sum;
    }

    private static string Attributes(ReadOnlySpan<byte> message, uint number, string separator)
    {
        var text = new StringBuilder();
        var fields = new WireFields(message);
        while (fields.MoveNext())
        {
            if (fields.Number != number || fields.Type != WireType.LengthDelimited)
                continue;
            text.Append(separator).Append(Text(fields.Value, OtlpTags.KeyNumber)).Append('=')
                .Append(AnyValueText.Plain(WireFields.Last(fields.Value, OtlpTags.ValueNumber)));
        }

        return text.ToString();
    }

    private static string Text(ReadOnlySpan<byte> message, uint number) => ScalarText.Text(WireFields.Last(message, number));

    private static string Hexadecimal(ReadOnlySpan<byte> message, uint number) => ScalarText.Hexadecimal(WireFields.Last(message, number));

    private void Line(string text)
    {
        output.Write("    ");
        output.WriteLine(text);
    }

    private void Report(WireFields fields)
    {
        if (fields.Malformed)
            Line($"<malformed: {fields.Error}>");
    }
}
