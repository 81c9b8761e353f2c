using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Hearth.Confinement.Linux;

/// <summary>What a descriptor stands for: the type bits of a file's mode.</summary>
static unsafe class FileKind
{
    internal const int Folder = 0x4000, RegularFile = 0x8000, Socket = 0xC000;

    const int EmptyPath = 0x1000, Type = 1, StatusBytes = 256, ModeOffset = 28, TypeBits = 0xF000, AccessBits = 3;

    /// <summary>The kind, or minus one where the descriptor isn't open. statx is used since its layout is the same everywhere.</summary>
    internal static int Of(SafeFileHandle descriptor)
    {
        var status = stackalloc byte[StatusBytes];
        var held = false;
        descriptor.DangerousAddRef(ref held);
        try
        {
            return LibC.Status((int)descriptor.DangerousGetHandle(), "", EmptyPath, Type, status) == 0
                ? BinaryPrimitives.ReadUInt16LittleEndian(new(status + ModeOffset, sizeof(ushort))) & TypeBits
                : -1;
        }
        finally
        {
            descriptor.DangerousRelease();
        }
    }

    /// <summary>True for a regular file that can be read and not written. A descriptor of the path alone (O_PATH) isn't one.</summary>
    internal static bool IsFileForReading(SafeFileHandle descriptor)
    {
        var flags = LibC.DescriptorControl(descriptor, LibC.GetStatusFlags, 0);
        return flags >= 0 && (flags & (AccessBits | LibC.PathOnly)) == 0 && Of(descriptor) == RegularFile;
    }
}
