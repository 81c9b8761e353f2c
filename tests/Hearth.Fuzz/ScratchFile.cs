using Microsoft.Win32.SafeHandles;

namespace Hearth.Fuzz;

/// <summary>Files for readers that map one or ask for a name. They belong to the thread and are written over by the next input.</summary>
static class ScratchFile
{
    [ThreadStatic]
    static Dictionary<string, SafeFileHandle>? _handles;

    /// <summary>An open file with the input, and with other bytes behind it.</summary>
    internal static SafeFileHandle Holding(ReadOnlySpan<byte> input, string name = "", ReadOnlySpan<byte> behind = default)
    {
        _handles ??= [];
        if (!_handles.TryGetValue(name, out var handle))
        {
            var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
            handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);
            _handles[name] = handle;
        }

        RandomAccess.SetLength(handle, input.Length + behind.Length);
        RandomAccess.Write(handle, input, 0);
        RandomAccess.Write(handle, behind, input.Length);
        return handle;
    }

    /// <summary>Takes a piece whose length stands before it in two bytes; a shorter one where the input ends.</summary>
    internal static ReadOnlySpan<byte> TakePiece(ref ReadOnlySpan<byte> input)
    {
        var start = Math.Min(sizeof(ushort), input.Length);
        var length = start < sizeof(ushort) ? 0 : Math.Min(System.Buffers.Binary.BinaryPrimitives.ReadUInt16LittleEndian(input), input.Length - start);
        var piece = input.Slice(start, length);
        input = input[(start + length)..];
        return piece;
    }
}
