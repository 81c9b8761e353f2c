using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Hearth.Confinement.Linux;

/// <summary>Builds a Landlock ruleset: what isn't listed can't be opened, bound or connected to (Documentation/userspace-api/landlock.rst).</summary>
static unsafe class Landlock
{
    const ulong Execute = 1, WriteFile = 1 << 1, ReadFile = 1 << 2, ReadFolder = 1 << 3, Truncate = 1 << 14, DeviceIoctl = 1 << 15;
    const int PathBeneath = 1, AskVersion = 1;

    /// <summary>The newest ABI whose rights this table knows. Later ones add rights over sockets (9, 10), which the filter denies altogether.</summary>
    internal const int NewestKnown = 7;

    [StructLayout(LayoutKind.Sequential)]
    struct Attributes
    {
        internal ulong Files, Ports, Scope;
    }

    /// <summary>The kernel's <c>struct landlock_path_beneath_attr</c>, which is packed.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    struct Rule
    {
        internal ulong Allowed;
        internal int Parent;
    }

    /// <summary>The ABI of this kernel, or minus the error number.</summary>
    internal static int Version()
    {
        var version = (int)LibC.SystemCall((nint)SystemCalls.Current["landlock_create_ruleset"], 0, 0, AskVersion);
        return version >= 0 ? version : -Marshal.GetLastPInvokeError();
    }

    /// <summary>All rights over files that an ABI can deny.</summary>
    internal static ulong AllFileRights(int version) => version switch
    {
        1 => (1UL << 13) - 1,
        2 => (1UL << 14) - 1,
        3 or 4 => (1UL << 15) - 1,
        _ => (1UL << 16) - 1,
    };

    /// <summary>A ruleset that denies all but the rules; rules for paths that don't exist are listed in <paramref name="missing"/> and open nothing.</summary>
    internal static SafeFileHandle Create(IReadOnlyList<PathRule> rules, int version, List<string> missing)
    {
        version = Math.Min(version, NewestKnown);
        var attributes = new Attributes
        {
            Files = AllFileRights(version),
            Ports = version >= 4 ? 3UL : 0,     // TCP: bind and connect
            Scope = version >= 6 ? 3UL : 0,     // abstract UNIX sockets and signals
        };
        var size = version switch { >= 6 => 24, >= 4 => 16, _ => 8 };
        var ruleset = (int)LibC.SystemCall((nint)SystemCalls.Current["landlock_create_ruleset"], (nint)(&attributes), size);
        if (ruleset < 0)
            throw LibC.Failure("Creating a Landlock ruleset");
        var handle = new SafeFileHandle(ruleset, ownsHandle: true);
        try
        {
            foreach (var rule in rules)
            {
                if (!Add(ruleset, rule, attributes.Files))
                    missing.Add(rule.Path);
            }
        }
        catch
        {
            handle.Dispose();
            throw;
        }

        return handle;
    }

    static bool Add(int ruleset, PathRule rule, ulong all)
    {
        if (!Path.IsPathFullyQualified(rule.Path))
            throw new ArgumentException($"The rule for '{rule.Path}' needs an absolute path.", nameof(rule));
        using var path = new SafeFileHandle(LibC.Open(rule.Path, LibC.PathOnly | LibC.CloseOnExec), ownsHandle: true);
        if (path.IsInvalid)
        {
            return Marshal.GetLastPInvokeError() is Errno.NoEntry or Errno.NoAccess or Errno.NotFolder
                ? false
                : throw LibC.Failure($"Opening {rule.Path} for a rule");
        }

        var added = new Rule { Allowed = Rights(rule.Access, FileKind.Of(path) == FileKind.Folder, all), Parent = (int)path.DangerousGetHandle() };
        return LibC.SystemCall((nint)SystemCalls.Current["landlock_add_rule"], ruleset, PathBeneath, (nint)(&added)) == 0
            ? true
            : throw LibC.Failure($"Adding the rule for {rule.Path}");
    }

    /// <summary>What an access means in rights. A right that only folders have makes the kernel refuse a rule for a file.</summary>
    internal static ulong Rights(PathAccess access, bool folder, ulong all) => all & ((access, folder) switch
    {
        (PathAccess.Read, false) => ReadFile,
        (PathAccess.Read, true) => ReadFile | ReadFolder,
        (PathAccess.ReadExecute, false) => ReadFile | Execute,
        (PathAccess.ReadExecute, true) => ReadFile | ReadFolder | Execute,
        (PathAccess.ReadWrite, false) => ReadFile | WriteFile | Truncate | DeviceIoctl,
        (PathAccess.ReadWrite, true) => ~Execute,
        _ => throw new ArgumentOutOfRangeException(nameof(access), access, "An access is Read, ReadExecute or ReadWrite."),
    });
}
