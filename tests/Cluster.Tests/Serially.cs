// The processes of these tests share two cores.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
