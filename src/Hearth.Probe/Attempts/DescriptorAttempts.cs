using Hearth.Probe.Native;

namespace Hearth.Probe.Attempts;

/// <summary>More than reading with the model file, which a worker has open as descriptor 4.</summary>
static unsafe class DescriptorAttempts
{
    /// <summary>FS_IOC_GETFLAGS and FS_IOC_SETFLAGS: the attributes that lsattr(1) shows.</summary>
    const nuint GetFlags = 0x80086601, SetFlags = 0x40086602;

    static readonly string Model = $"/proc/self/fd/{LibC.Model}";

    internal static readonly Attempt[] All =
    [
        new("open the model file again for writing", "a changed model, for all who use it", _ => Outcome.Open(Model, LibC.WriteOnly)),
        new("truncate the model file", "a lost model", _ => Outcome.Of(LibC.Truncate(Model, 0))) { Setting = Setting.Once },
        new("change the mode of the model file", "a model that others may change", _ => Outcome.Of(LibC.ChangeMode(LibC.Model, LibC.OwnerOnly))),
        new("set flags of the model file (ioctl)", "a model file that behaves otherwise, such as one that backups leave out", _ =>
        {
            var flags = 0L;
            var read = LibC.DeviceControl(LibC.Model, GetFlags, (byte*)&flags);
            return read < 0 ? Outcome.Of(read) : Outcome.Of(LibC.DeviceControl(LibC.Model, SetFlags, (byte*)&flags));
        }),
    ];
}
