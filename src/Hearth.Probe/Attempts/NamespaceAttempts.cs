using Hearth.Probe.Native;
using Hearth.Probe.Threads;

namespace Hearth.Probe.Attempts;

/// <summary>Namespaces and mounts: views of the machine in which other rules hold.</summary>
static unsafe class NamespaceAttempts
{
    const int NewNetwork = 0x40000000, NewUser = 0x10000000, NewMounts = 0x20000;

    /// <summary>No text lies there.</summary>
    const nint BadAddress = 1;

    internal static readonly Attempt[] All =
    [
        new("unshare the network", "a network in which no firewall rule holds", _ => OnItsOwnThread(NewNetwork)) { Setting = Setting.Once },
        new("unshare mounts", "folders in the place of others", _ => OnItsOwnThread(NewMounts)) { Setting = Setting.Once },
        new("unshare users", "the powers of root, in a view of its own", _ => NewUsers()) { Setting = Setting.Once },
        new("clone in new namespaces", "the powers of root, in a view of its own", _ => Children.Clone(NewUser | NewNetwork)) { Setting = Setting.Once },
        new("setns", "the view of another process", _ => Outcome.Reached(LibC.SystemCall(SystemCalls.SetNamespace, -1, 0), Errors.BadDescriptor)),
        new("mount", "folders in the place of others", _ => Outcome.Reached(LibC.SystemCall(SystemCalls.Mount, BadAddress, BadAddress, BadAddress, 0, 0), Errors.BadAddress)),
        new("umount2", "what a mount hides", _ => Outcome.Reached(LibC.SystemCall(SystemCalls.Unmount, BadAddress, 0), Errors.BadAddress)),
        new("chroot", "another root folder", _ => Outcome.Reached(LibC.SystemCall(SystemCalls.ChangeRoot, BadAddress), Errors.BadAddress)),
        new("pivot_root", "another root folder", _ => Outcome.Reached(LibC.SystemCall(SystemCalls.PivotRoot, BadAddress, BadAddress), Errors.BadAddress)),
        new("fsopen", "a file system of its own", _ =>
        {
            fixed (byte* kind = "tmpfs\0"u8)
                return Outcome.Opened(LibC.SystemCall(SystemCalls.FileSystemOpen, (nint)kind, 0));
        }),
        new("open_tree", "a folder as a mount", _ =>
        {
            fixed (byte* path = "/proc\0"u8)
                return Outcome.Opened(LibC.SystemCall(SystemCalls.OpenTree, LibC.CurrentFolder, (nint)path, 0));
        }),
        new("listmount", "what is mounted", _ => Outcome.Reached(LibC.SystemCall(SystemCalls.ListMount, BadAddress, BadAddress, 1, 0), Errors.BadAddress)),
    ];

    /// <summary>A namespace belongs to a thread; this one ends at once.</summary>
    static string OnItsOwnThread(nint flags)
    {
        var outcome = "";
        ThreadKinds.OnThread(() => outcome = Outcome.Of(LibC.SystemCall(SystemCalls.Unshare, flags)));
        return outcome;
    }

    /// <summary>Only a process with one thread may do that: a new one. Where none can be made the kernel refuses us for our threads.</summary>
    static string NewUsers()
    {
        var outcome = Children.Fork(SystemCalls.Unshare, NewUser);
        return outcome is Outcome.Possible or Children.Refused ? outcome : Outcome.Reached(LibC.SystemCall(SystemCalls.Unshare, NewUser), Errors.Invalid);
    }
}
