// One browser, one system: one test at a time
[assembly: CollectionBehavior(DisableTestParallelization = true)]
