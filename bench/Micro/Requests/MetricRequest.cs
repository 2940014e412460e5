using Google.Protobuf;
using Google.Protobuf.Collections;
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

    public static byte[] Build()
    {
        var random = new Random(20260803);
        var request = new ExportMetricsServiceRequest();
        for (int r = 0; r < Resources; r++)
        {
            bool sorted = r < SortedResources;
            var scope = new ScopeMetrics { Scope = new InstrumentationScope { Name = "orders.instrumentation", Version = "1.4.2" } };
            scope.Metrics.Add(Gauge(random, "http.server.active_requests", "{request}", 10, sorted));
            scope.Metrics.Add(Sum(random, "http.server.request.count", "{request}", 20, sorted));
            scope.Metrics.Add(Histogram(random, "http.server.request.duration", "s", 30, sorted));
            scope.Metrics.Add(Sum(random, "http.server.response.body.size", "By", 40, sorted));
            scope.Metrics.Add(Gauge(random, "orders.open", "{order}", 100, sorted));
            request.ResourceMetrics.Add(new ResourceMetrics { Resource = Resource(random, r), ScopeMetrics = { scope } });
        }

        return request.ToByteArray();
    }

    private static Metric Gauge(Random random, string name, string unit, int points, bool sorted)
    {
        var gauge = new Gauge();
        for (int i = 0; i < points; i++)
            gauge.DataPoints.Add(NumberPoint(random, i, sorted));
        return new Metric { Name = name, Unit = unit, Gauge = gauge };
    }

    private static Metric Sum(Random random, string name, string unit, int points, bool sorted)
    {
        var sum = new Sum { IsMonotonic = true, AggregationTemporality = AggregationTemporality.Cumulative };
        for (int i = 0; i < points; i++)
            sum.DataPoints.Add(NumberPoint(random, i, sorted));
        return new Metric { Name = name, Unit = unit, Sum = sum };
    }

    private static Metric Histogram(Random random, string name, string unit, int points, bool sorted)
    {
        var histogram = new Histogram { AggregationTemporality = AggregationTemporality.Cumulative };
        for (int i = 0; i < points; i++)
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

            AddAttributes(point.Attributes, random, i, sorted);
            histogram.DataPoints.Add(point);
        }

        return new Metric { Name = name, Unit = unit, Histogram = histogram };
    }

    private static NumberDataPoint NumberPoint(Random random, int index, bool sorted)
    {
        var point = new NumberDataPoint
        {
            StartTimeUnixNano = 1_780_000_000_000_000_000,
            TimeUnixNano = 1_780_000_060_000_000_000,
            AsDouble = random.NextDouble() * 1000,
        };
        AddAttributes(point.Attributes, random, index, sorted);
        return point;
    }

    private static void AddAttributes(RepeatedField<KeyValue> attributes, Random random, int index, bool sorted)
    {
        KeyValue[] all =
        [
            Text("http.request.method", Methods[index % Methods.Length]),
            Text("url.scheme", "https"),
            Text("http.route", $"/api/v1/tenants/{{tenant}}/resource-{index}"),
            Number("http.response.status_code", 200 + random.Next(4)),
            Text("server.address", "orders.example.com"),
            Number("server.port", 8443),
        ];
        IEnumerable<KeyValue> some = all.Take(4 + (index % 3));
        attributes.Add(sorted ? some.OrderBy(static pair => pair.Key, StringComparer.Ordinal) : some);
    }
}
