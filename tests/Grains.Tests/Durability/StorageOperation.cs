namespace OrleansLb.Grains.Tests.Durability;

internal enum StorageOperation
{
    Read,
    Write,
    Clear,
}
