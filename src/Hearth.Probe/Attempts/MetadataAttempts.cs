using Hearth.Probe.Native;

namespace Hearth.Probe.Attempts;

/// <summary>What is known about files beside what is in them, and ways to files around their paths.</summary>
static unsafe class MetadataAttempts
{
    const string LandlockLeaves = "Landlock leaves it open, and a managed runtime needs the calls for its own files";

    internal static readonly Attempt[] All =
    [
        new("ask whether a file exists, and its size", "which programs and documents there are, by guessing their names", t => Outcome.Managed(() => _ = new FileInfo(t.Secret).Length))
        {
            AllowedBecause = LandlockLeaves,
        },
        new("ask where a symbolic link leads", "names of files, by guessing that of the link", t =>
        {
            byte first;
            return Outcome.Of(LibC.ReadLink(t.In("link"), &first, 1));
        })
        {
            AllowedBecause = LandlockLeaves,
        },
        new("list the extended attributes of a file", "where a document was downloaded from", t => Outcome.Of(LibC.ListAttributes(t.Secret, null, 0))),
        new("change the mode of a file", "documents that others may read", t => Outcome.Of(LibC.ChangeMode(t.Secret, LibC.OwnerOnly))),
        new("change the owner of a file", "documents that others own", t => Outcome.Of(LibC.ChangeOwner(t.Secret, -1, -1))),
        new("change the times of a file", "hidden traces", t => Outcome.Of(LibC.ChangeTimes(LibC.CurrentFolder, t.Secret, null, 0))),
        new("change the extended attributes of a file", "marks that a helper reads", t =>
        {
            byte value = 1;
            return Outcome.Of(LibC.SetAttribute(t.Secret, "user.hearth", &value, 1, 0));
        }),
        new("watch a folder (inotify)", "when and how the user works", t => Outcome.Managed(() =>
        {
            // Otherwise .NET takes a folder that it may not ask about for none.
            _ = File.GetAttributes(t.Folder);
            using var watcher = new FileSystemWatcher(t.Folder) { EnableRaisingEvents = true };
        })) { Setting = Setting.Once },
        new("inotify_init1", "the same by a bare call", _ => Outcome.Opened(LibC.SystemCall(SystemCalls.InotifyInit, 0))),
        new("fanotify_init", "every file that anybody opens", _ => Outcome.Opened(LibC.SystemCall(SystemCalls.FanotifyInit, 0x200, 0))),
        new("name_to_handle_at", "a number for a file, which works where its path doesn't", t => Handle(t.Secret, open: false)),
        new("open_by_handle_at", "every file of a disk by its number, whatever folders hide it", t => Handle(t.Secret, open: true)),
    ];

    /// <summary>struct file_handle: how long, of which kind, then the bytes (open_by_handle_at(2)).</summary>
    static string Handle(string path, bool open)
    {
        const int header = 8, most = 128;
        var handle = stackalloc byte[header + most];
        new Span<byte>(handle, header + most).Clear();
        *(int*)handle = most;
        int mount;
        fixed (byte* text = System.Text.Encoding.UTF8.GetBytes(path + '\0'))
        {
            var named = LibC.SystemCall(SystemCalls.NameToHandle, LibC.CurrentFolder, (nint)text, (nint)handle, (nint)(&mount), 0);
            if (!open)
                return Outcome.Of(named);
            // Without a handle the call is tried all the same: numbers can be guessed. The kernel then finds fault with the folder.
            if (named < 0)
                return Outcome.Reached(LibC.SystemCall(SystemCalls.OpenByHandle, -1, (nint)handle, 0), Errors.BadDescriptor, Errors.Invalid);
        }

        var anchor = LibC.Open(Path.GetDirectoryName(path)!, LibC.ReadOnly, 0);
        var outcome = anchor < 0 ? Outcome.Of(anchor) : Outcome.Opened(LibC.SystemCall(SystemCalls.OpenByHandle, anchor, (nint)handle, LibC.ReadOnly));
        if (anchor >= 0)
            _ = LibC.Close(anchor);
        return outcome;
    }
}
