namespace OrleansLb.Otlp.Tests.Compression;

/// <summary>Messages of the kinds that treat an encoder differently.</summary>
internal static class GzipMessages
{
    private static readonly string[] Words = ["service.name", "http.request.method", "GET", "checkout", "\n", "url.path", "/api/orders/", "200", " "];

    public static IEnumerable<(string Name, byte[] Bytes)> OfLength(int length, Random random)
    {
        yield return ("zeros", new byte[length]);
        yield return ("noise", Noise(length, random));
        yield return ("four letters", Drawn(length, () => (byte)"abcd"[random.Next(4)]));
        yield return ("two letters, one rare", Drawn(length, () => (byte)(random.Next(500) == 0 ? 'x' : 'y')));
        yield return ("words", Text(length, random));
        yield return ("records", Records(length, random));
        yield return ("noise that repeats", Repeating(length, 1 + random.Next(300), random));
        yield return ("noise, then zeros", [.. Noise(length / 2, random), .. new byte[length - (length / 2)]]);
        yield return ("zeros, then noise", [.. new byte[length / 2], .. Noise(length - (length / 2), random)]);
        yield return ("copies from anywhere", Copies(length, random));
    }

    public static byte[] Noise(int length, Random random)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>Noise of which every <paramref name="period"/> bytes are the same.</summary>
    public static byte[] Repeating(int length, int period, Random random)
    {
        byte[] noise = Noise(period, random);
        int at = 0;
        return Drawn(length, () => noise[at++ % period]);
    }

    /// <summary>Length-delimited fields with names that repeat, random IDs and numbers, one like the other, as in a request.</summary>
    public static byte[] Records(int length, Random random)
    {
        var bytes = new List<byte>(length + 400);
        while (bytes.Count < length)
        {
            bytes.AddRange([0x12, (byte)random.Next(100, 120), 2, 0x0A, 16, .. Noise(16, random), 0x12, 8, .. Noise(8, random)]);
            for (int field = 0; field < 6; field++)
            {
                byte[] name = System.Text.Encoding.ASCII.GetBytes(Words[field]), value = System.Text.Encoding.ASCII.GetBytes($"value-{random.Next(20_000)}");
                bytes.AddRange([0x4A, (byte)(name.Length + value.Length + 6), 0x0A, (byte)name.Length, .. name, 0x12, (byte)(value.Length + 2), .. value]);
            }
        }

        return [.. bytes.Take(length)];
    }

    private static byte[] Text(int length, Random random)
    {
        var bytes = new List<byte>(length + 30);
        while (bytes.Count < length)
            bytes.AddRange(System.Text.Encoding.ASCII.GetBytes(Words[random.Next(Words.Length)]));
        return [.. bytes.Take(length)];
    }

    private static byte[] Copies(int length, Random random)
    {
        var bytes = new List<byte>(length + 600);
        while (bytes.Count < length)
        {
            bytes.AddRange(Noise(random.Next(1, 20), random));
            int count = random.Next(1, 600), from = Math.Max(0, bytes.Count - random.Next(1, 40_000));
            for (int i = 0; i < count; i++)
                bytes.Add(bytes[from + i]);
        }

        return [.. bytes.Take(length)];
    }

    private static byte[] Drawn(int length, Func<byte> next)
    {
        byte[] bytes = new byte[length];
        foreach (ref byte place in bytes.AsSpan())
            place = next();
        return bytes;
    }
}
