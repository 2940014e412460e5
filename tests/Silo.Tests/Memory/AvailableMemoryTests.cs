using OrleansLb.Silo.Memory;

namespace OrleansLb.Silo.Tests.Memory;

public sealed class AvailableMemoryTests : IDisposable
{
    private const long Machine = 16_000_000L * 1024;

    private readonly string _root = Directory.CreateTempSubdirectory("orleanslb-groups-").FullName;

    public AvailableMemoryTests() => Write("proc/meminfo", "MemTotal:       16000000 kB\nMemFree:        1 kB\n");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Without_a_limit_it_is_the_memory_of_the_machine()
    {
        Write("proc/self/cgroup", "0::/\n");
        Write("sys/fs/cgroup/memory.max", "max\n");

        Assert.Equal(Machine, AvailableMemory.Read(_root));
    }

    [Fact]
    public void In_a_container_it_is_the_limit_of_version_two()
    {
        Write("proc/self/cgroup", "0::/\n");
        Write("sys/fs/cgroup/memory.max", "536870912\n");

        Assert.Equal(536870912, AvailableMemory.Read(_root));
    }

    [Fact]
    public void Of_groups_within_groups_the_narrowest_counts()
    {
        Write("proc/self/cgroup", "0::/system.slice/lb.service\n");
        Write("sys/fs/cgroup/system.slice/memory.max", "1000000000\n");
        Write("sys/fs/cgroup/system.slice/lb.service/memory.max", "max\n");

        Assert.Equal(1000000000, AvailableMemory.Read(_root));
    }

    [Fact]
    public void With_version_one_it_is_the_limit_of_the_memory_controller_also_when_the_path_is_that_of_the_host()
    {
        Write("proc/self/cgroup", "8:pids:/docker/abc\n4:memory:/docker/abc\n0::/\n");
        Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "268435456\n");

        Assert.Equal(268435456, AvailableMemory.Read(_root));
    }

    [Fact]
    public void A_limit_beyond_the_machine_is_none()
    {
        Write("proc/self/cgroup", "4:memory:/\n");
        Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");

        Assert.Equal(Machine, AvailableMemory.Read(_root));
    }

    [Fact]
    public void Where_no_file_tells_the_runtime_does()
    {
        string nowhere = Path.Combine(_root, "nowhere");

        Assert.Equal(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, AvailableMemory.Read(nowhere));
    }

    private void Write(string path, string text)
    {
        string file = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
