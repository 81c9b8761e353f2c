using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hearth.Tensors.Kernels;

/// <summary>The kernel paths, the fastest first.</summary>
public static class KernelPaths
{
    static readonly (string Name, bool Supported, Func<Kernels> Create)[] Table =
    [
        (GeneratedKernels.PathName, GeneratedKernels.IsSupported, () => GeneratedKernels.Instance.Value),
        ("vector512", Vector512.IsHardwareAccelerated && Avx512BW.IsSupported, () => new ManagedKernels<Lanes512, Dot512>("vector512")),
        ("vector256-vnni", AvxVnni.IsSupported, () => new ManagedKernels<Lanes256, DotVnni256>("vector256-vnni")),
        ("vector256", Avx2.IsSupported, () => new ManagedKernels<Lanes256, Dot256>("vector256")),
        ("vector128", true, () => new ManagedKernels<Lanes128, Dot128>("vector128")),
        ("scalar", true, () => new ManagedKernels<LanesScalar, DotScalar>("scalar")),
    ];

    /// <summary>Names of all paths, the fastest first.</summary>
    internal static IEnumerable<string> All => Table.Select(p => p.Name);

    /// <summary>Names of the paths that run on this machine, the fastest first.</summary>
    public static IReadOnlyList<string> Available { get; } = [.. Table.Where(p => p.Supported).Select(p => p.Name)];

    /// <summary>A path by name, or the fastest.</summary>
    /// <exception cref="ArgumentException">The path is unknown or does not run on this machine.</exception>
    /// <exception cref="PlatformNotSupportedException">The path was named, and the system refuses what it needs.</exception>
    public static Kernels Choose(string? name = null) => Choose(name, Table);

    internal static Kernels Choose(string? name, IEnumerable<(string Name, bool Supported, Func<Kernels> Create)> table)
    {
        foreach (var path in table)
        {
            if (!path.Supported || (name is not null && path.Name != name))
                continue;
            try
            {
                return path.Create();
            }
            catch (PlatformNotSupportedException) when (name is null)
            {
                // The next path needs less.
            }
        }

        throw new ArgumentException($"This machine has no kernel path '{name}'; it has {string.Join(", ", Available)}.", nameof(name));
    }
}
