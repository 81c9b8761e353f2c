using Hearth.Probe.Native;

namespace Hearth.Probe.Attempts;

/// <summary>What can be learnt about the machine and about who uses it.</summary>
static class MachineAttempts
{
    const string ProcIsOne = "a runtime reads its own entries, and no rule can name those of a process that isn't there yet, so all of /proc can be read";

    internal static readonly Attempt[] All =
    [
        new("read /proc/meminfo", "how much memory is free", _ => Outcome.Read("/proc/meminfo")) { AllowedBecause = "a runtime sizes its heap by it" },
        new("read the command line of another process", "which programs run, and what was written after their names", t => Outcome.Read($"/proc/{t.Victim}/cmdline")) { AllowedBecause = ProcIsOne },
        new("count the open files of another process", "how busy it is", t => Outcome.Managed(() => Directory.GetFiles($"/proc/{t.Victim}/fd"))) { AllowedBecause = ProcIsOne },
        new("see the machine's connections in /proc", "addresses that this machine is connected to", t => Connections(t, "self")) { AllowedBecause = ProcIsOne },
        new("see another process's connections in /proc", "the same where its own network is another", t => Connections(t, $"{t.Victim}")) { AllowedBecause = ProcIsOne },
        new("read /proc/self/mountinfo", "which disks and shares are mounted, and where", _ => Outcome.Read("/proc/self/mountinfo")) { AllowedBecause = ProcIsOne },
        new("read the name of the machine", "a name by which this machine can be told from others", _ => Outcome.Read("/proc/sys/kernel/hostname")) { AllowedBecause = ProcIsOne + "; uname tells it too" },
        new("list /sys/class/net", "names of network interfaces", _ => Outcome.Open("/sys/class/net", LibC.Folder)),
        new("read /sys/class/dmi/id/product_name", "make and model of the machine", _ => Outcome.Open("/sys/class/dmi/id/product_name")),
        new("list /sys/bus/usb/devices", "what is plugged in", _ => Outcome.Open("/sys/bus/usb/devices", LibC.Folder)),
        new("list /boot", "which kernel is installed, and where to look for faults", _ => Outcome.Open("/boot", LibC.Folder)),
        new("list /var/log", "what happened on this machine", _ => Outcome.Open("/var/log", LibC.Folder)),
    ];

    /// <summary>Looks for the listener: its port stands in the table with four hexadecimal digits.</summary>
    static string Connections(Targets targets, string process)
    {
        var seen = false;
        var outcome = Outcome.Managed(() => seen = File.ReadAllText($"/proc/{process}/net/tcp").Contains($":{targets.TcpPort:X4} ", StringComparison.Ordinal));
        return outcome == Outcome.Possible && !seen ? "not there" : outcome;
    }
}
