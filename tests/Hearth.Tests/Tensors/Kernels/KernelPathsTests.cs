using Hearth.Tensors.Kernels;

namespace Hearth.Tests.Tensors.Kernels;

public sealed class KernelPathsTests
{
    static readonly (string, bool, Func<Hearth.Tensors.Kernels.Kernels>)[] Table =
    [
        ("absent", false, () => throw new InvalidOperationException("A path that does not run here was made.")),
        ("refused", true, () => throw new PlatformNotSupportedException("The system does not let memory become executable.")),
        ("scalar", true, () => KernelPaths.Choose("scalar")),
    ];

    [Fact]
    public void A_path_that_the_system_refuses_gives_way_to_the_next_one_unless_it_was_named()
    {
        Assert.Equal("scalar", KernelPaths.Choose(null, Table).Name);
        Assert.Throws<PlatformNotSupportedException>(() => KernelPaths.Choose("refused", Table));
        Assert.Throws<ArgumentException>(() => KernelPaths.Choose("absent", Table));
    }
}
