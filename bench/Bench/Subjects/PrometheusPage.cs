using System.Globalization;

namespace OrleansLb.Bench.Subjects;

/// <summary>A metrics page in the Prometheus text format.</summary>
internal sealed class PrometheusPage(Uri address) : IDisposable
{
    private readonly HttpClient _http = new();

    /// <summary>The samples, by name and labels as they are written.</summary>
    public async Task<IReadOnlyDictionary<string, double>> ReadAsync(CancellationToken cancellationToken)
    {
        string page = await _http.GetStringAsync(address, cancellationToken).ConfigureAwait(false);
        var samples = new Dictionary<string, double>();
        foreach (string line in page.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => l[0] != '#'))
        {
            int end = line.LastIndexOf(' ');
            if (double.TryParse(line.AsSpan(end + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
                samples[line[..end]] = value;
        }
        return samples;
    }

    public void Dispose() => _http.Dispose();
}
