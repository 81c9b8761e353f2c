using Hearth.Probe.Native;

namespace Hearth.Probe.Attempts;

/// <summary>Devices, each by its usual names.</summary>
static class DeviceAttempts
{
    internal static readonly Attempt[] All =
    [
        Device("open a camera", "pictures of the user", "/dev/video0"),
        Device("open a sound device", "what is said in the room", "/dev/snd/seq", "/dev/snd/timer", "/dev/snd/controlC0"),
        Device("open a keyboard", "every key that is pressed", "/dev/input/event0", "/dev/input/event1"),
        Device("open a graphics device", "a large driver, and memory of others in old ones", "/dev/dri/renderD128", "/dev/dri/card0", "/dev/nvidiactl", "/dev/kfd"),
        Device("open a disk", "all files, whoever owns them", "/dev/sda", "/dev/vda", "/dev/nvme0n1", "/dev/xvda", "/dev/mmcblk0"),
        Device("open /dev/mem", "all memory of the machine", "/dev/mem"),
        Device("open /dev/kmsg", "what the kernel says of hardware and of others' programs", "/dev/kmsg"),
        Device("open /dev/kvm", "a part of the kernel that runs virtual machines", "/dev/kvm"),
        Device("open /dev/net/tun", "a network card of its own making", "/dev/net/tun"),
        Device("open /dev/fuse", "a file system of its own making", "/dev/fuse"),
        Device("open /dev/userfaultfd", "time to win a race against the kernel", "/dev/userfaultfd"),
        Device("open /dev/ptmx", "a terminal in which a user could be tricked", "/dev/ptmx"),
    ];

    /// <summary>What is said of the last name is said of all.</summary>
    static Attempt Device(string name, string gives, params string[] paths) => new(name, gives, _ =>
    {
        var outcome = "";
        foreach (var path in paths)
        {
            outcome = Outcome.Open(path, LibC.NonBlocking);
            if (outcome == Outcome.Possible)
                break;
        }

        return outcome;
    });
}
