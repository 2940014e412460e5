using Google.Protobuf;
using OrleansLb.OtlpModel;
using static OrleansLb.Micro.Requests.ItemAttributes;

namespace OrleansLb.Micro.Requests;

/// <summary>
/// 1000 data points in 5 resources: metrics of 10 to 100 points, gauges, sums and histograms, 4 to 6 attributes a point.
/// Three resources have their attributes sorted by name, as several SDKs write them; those of the others stand as they were set.
/// </summary>
internal static class MetricRequest
{
    private const int SortedResources = 3;
    private const int Buckets = 15;

    private static readonly string[] Methods = ["GET", "POST", "PUT", "DELETE"];

    public static byte[] Build(int itemsPerKey)
    {
        var random = new Random(20260803);
        var request = new ExportMetricsServiceRequest();
        for (int r = 0; r < Resources; r++)
        {
            bool sorted = r < SortedResources;
            int first = 0;
            Series[] Next(int points)
            {
                first += points;
                return [.. Enumerable.Range(first - points, points).Select(i => new Series(i, Key(itemsPerKey, r, i), sorted))];
            }

            var scope = new ScopeMetrics { Scope = new InstrumentationScope { Name = "orders.instrumentation", Version = "1.4.2" } };
            scope.Metrics.Add(Gauge(random, "http.server.active_requests", "{request}", Next(10)));
            scope.Metrics.Add(Sum(random, "http.server.request.count", "{request}", Next(20)));
            scope.Metrics.Add(Histogram(random, "http.server.request.duration", "s", Next(30)));
            scope.Metrics.Add(Sum(random, "http.server.response.body.size", "By", Next(40)));
            scope.Metrics.Add(Gauge(random, "orders.open", "{order}", Next(100)));
            request.ResourceMetrics.Add(new ResourceMetrics { Resource = Resource(random, r), ScopeMetrics = { scope } });
        }

        return request.ToByteArray();
    }

    private static Metric Gauge(Random random, string name, string unit, Series[] points)
    {
        var gauge = new Gauge();
        gauge.DataPoints.Add(points.Select(series => NumberPoint(random, series)));
        return new Metric { Name = name, Unit = unit, Gauge = gauge };
    }

    private static Metric Sum(Random random, string name, string unit, Series[] points)
    {
        var sum = new Sum { IsMonotonic = true, AggregationTemporality = AggregationTemporality.Cumulative };
        sum.DataPoints.Add(points.Select(series => NumberPoint(random, series)));
        return new Metric { Name = name, Unit = unit, Sum = sum };
    }

    private static Metric Histogram(Random random, string name, string unit, Series[] points)
    {
        var histogram = new Histogram { AggregationTemporality = AggregationTemporality.Cumulative };
        foreach (var series in points)
        {
            var point = new HistogramDataPoint
            {
                StartTimeUnixNano = 1_780_000_000_000_000_000,
                TimeUnixNano = 1_780_000_060_000_000_000,
                Count = (ulong)random.Next(100_000),
                Sum = random.NextDouble() * 1000,
            };
            for (int b = 0; b < Buckets; b++)
            {
                point.BucketCounts.Add((ulong)random.Next(1000));
                if (b > 0)
                    point.ExplicitBounds.Add(0.005 * b);
            }

            point.Attributes.Add(series.Attributes());
            histogram.DataPoints.Add(point);
        }

        return new Metric { Name = name, Unit = unit, Histogram = histogram };
    }

    private static NumberDataPoint NumberPoint(Random random, Series series)
    {
        var point = new NumberDataPoint
        {
            StartTimeUnixNano = 1_780_000_000_000_000_000,
            TimeUnixNano = 1_780_000_060_000_000_000,
            AsDouble = random.NextDouble() * 1000,
        };
        point.Attributes.Add(series.Attributes());
        return point;
    }

    /// <summary>A point's attributes: those that it is routed by depend on its key alone, others tell it from the points with the same key.</summary>
    private sealed record Series(int Index, int Key, bool IsSorted)
    {
        public IEnumerable<KeyValue> Attributes()
        {
            KeyValue[] all =
            [
                Text("http.request.method", Methods[Index % Methods.Length]),
                Text("app.shard", $"s-{Index:D3}"),
                Text("http.route", $"/api/v1/tenants/{{tenant}}/resource-{Key}"),
                Number("http.response.status_code", 200 + (Key % 4)),
                Text("server.address", "orders.example.com"),
                Number("server.port", 8443),
            ];
            IEnumerable<KeyValue> some = all.Take(4 + (Index % 3));
            return IsSorted ? some.OrderBy(static pair => pair.Key, StringComparer.Ordinal) : some;
        }
    }
}
