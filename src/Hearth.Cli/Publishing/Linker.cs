using Hearth.Cli.Commands;
using Hearth.Cli.Settings;

namespace Hearth.Cli.Publishing;

/// <summary>A compiler of C, which links native programs.</summary>
/// <param name="Program">Its name on the PATH.</param>
/// <param name="Strips">The program beside it that takes symbols out; null where that is the one of the system.</param>
sealed record Linker(string Program, string? Strips)
{
    /// <summary>What cross compilers call a family of processors.</summary>
    static readonly Dictionary<string, string> Triples = new() { ["linux-x64"] = "x86_64-linux-gnu", ["linux-arm64"] = "aarch64-linux-gnu" };

    /// <summary>How the compiler is told to take it.</summary>
    internal string[] Options => [$"-p:CppCompilerAndLinker={Program}", .. Strips is null ? (string[])[] : [$"-p:ObjCopyName={Strips}"]];

    /// <summary>The first that is on the PATH, or null.</summary>
    internal static Linker? Find(Invocation call, string rid)
    {
        var folders = (call.Host.Environment("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return Candidates(rid).FirstOrDefault(linker => folders.Any(folder => File.Exists(Path.Combine(folder, linker.Program))));
    }

    /// <summary>Names of those that would do.</summary>
    internal static string Names(string rid) => string.Join(" or ", Candidates(rid).Select(linker => $"'{linker.Program}'"));

    /// <summary>How one is installed.</summary>
    internal static string Remedy(string rid) => IsOwn(rid)
        ? "Install one (Debian, Ubuntu: apt install gcc libc6-dev; Fedora: dnf install gcc)"
        : $"Install it (Debian, Ubuntu: apt install gcc-{Triples[rid].Replace('_', '-')})";

    /// <summary>Whether it is for machines like this one.</summary>
    internal static bool IsOwn(string rid) => rid == SettingTable.OwnRid;

    static Linker[] Candidates(string rid)
        => IsOwn(rid) ? [new("gcc", null), new("clang", null)] : [new($"{Triples[rid]}-gcc", $"{Triples[rid]}-objcopy")];
}
