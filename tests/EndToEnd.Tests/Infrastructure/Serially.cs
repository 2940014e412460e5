// The processes of these tests share two cores and, with the acceptance configurations, fixed ports.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
