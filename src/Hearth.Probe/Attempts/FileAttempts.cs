using Hearth.Probe.Native;

namespace Hearth.Probe.Attempts;

/// <summary>Files of the user and of the system. Nothing is read out of them: opening is enough.</summary>
static class FileAttempts
{
    const int NewFile = LibC.Create | LibC.WriteOnly;

    static readonly int Unnamed = 0x400000 | LibC.Folder;

    internal static readonly Attempt[] All =
    [
        new("read a file of the user's", "documents, keys, mail", t => Outcome.Open(t.Secret)),
        new("read one through a symbolic link", "the same by a detour", t => Outcome.Open(t.In("link"))),
        new("read one through /proc/self/root", "the same by a detour", t => Outcome.Open($"/proc/self/root{t.Secret}")),
        new("read one through a folder that may be read", "the same by a detour", t => Outcome.Open($"/proc/self/fd/../../..{t.Secret}")),
        new("read one through an O_PATH descriptor", "the same by a detour", t => ThroughPath(t.Secret)),
        new("read one through another process's root", "the same by a detour", t => Outcome.Open($"/proc/{t.Victim}/root{t.Secret}")),
        new("list a folder of the user's", "names of documents", t => Outcome.Managed(() => Directory.GetFiles(t.Folder))),
        new("list /", "what is installed and mounted", _ => Outcome.Managed(() => Directory.GetFiles("/"))),
        new("list /home", "who uses this machine", _ => Outcome.Open("/home", LibC.Folder)),
        new("read /etc/passwd", "who uses this machine", _ => Outcome.Open("/etc/passwd")),
        new("read /etc/machine-id", "a number by which this machine is known for ever", _ => Outcome.Open("/etc/machine-id")),
        new("read /etc/resolv.conf", "the name servers, often inside a company", _ => Outcome.Open("/etc/resolv.conf")),
        new("create a file in a folder of the user's", "programs that start with the user's session, full disks", t => Create(t.In("new"))),
        new("create a file in /tmp", "a place to leave things for a helper", _ => Create($"/tmp/hearth-probe-{LibC.Self()}")),
        new("create a file in /dev/shm", "a place to leave things for a helper", _ => Create($"/dev/shm/hearth-probe-{LibC.Self()}")),
        new("create a file without a name", "room for a program that it loads later", t => Outcome.Open(t.Folder, Unnamed | LibC.ReadWrite)),
        new("write beside the own program", "another program at the next start", _ => Create(Path.Combine(AppContext.BaseDirectory, $"probe-{LibC.Self()}"))),
        new("open a file of the user's for writing", "changed documents", t => Outcome.Open(t.Secret, LibC.WriteOnly)),
        new("truncate a file", "lost documents", t => Outcome.Of(LibC.Truncate(t.In("truncate-me"), 0))) { Setting = Setting.Once },
        new("remove a file", "lost documents", t => Outcome.Of(LibC.Unlink(t.In("remove-me")))) { Setting = Setting.Once },
        new("rename a file", "a program of its own in the place of the user's", t => Outcome.Of(LibC.Rename(t.In("rename-me"), t.In("renamed")))) { Setting = Setting.Once },
        new("make a hard link", "a second name for a file that others then use", t => Outcome.Of(LibC.HardLink(t.Secret, t.In("hard-link")))) { Setting = Setting.Once },
        new("make a symbolic link", "a name that leads others astray", t => Outcome.Of(LibC.SymbolicLink("/", t.In("new-link")))) { Setting = Setting.Once },
        new("make a folder", "a place to leave things", t => Outcome.Of(LibC.MakeFolder(t.In("new-folder"), LibC.OwnerOnly))) { Setting = Setting.Once },
        new("make a named pipe", "a channel to a helper", t => Outcome.Of(LibC.MakePipe(t.In("new-pipe"), LibC.OwnerOnly))) { Setting = Setting.Once },
    ];

    static string Create(string path)
    {
        var outcome = Outcome.Open(path, NewFile);
        if (outcome == Outcome.Possible)
            _ = LibC.Unlink(path);
        return outcome;
    }

    static string ThroughPath(string path)
    {
        var named = LibC.Open(path, LibC.PathOnly, 0);
        if (named < 0)
            return Outcome.Of(named);
        var outcome = Outcome.Open($"/proc/self/fd/{named}");
        _ = LibC.Close(named);
        return outcome;
    }
}
