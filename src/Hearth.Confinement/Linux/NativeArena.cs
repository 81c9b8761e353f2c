using System.Runtime.InteropServices;
using System.Text;

namespace Hearth.Confinement.Linux;

/// <summary>Zeroed native memory for one call; all of it is freed together.</summary>
sealed unsafe class NativeArena : IDisposable
{
    readonly List<nint> _blocks = [];

    internal void* Take(int bytes)
    {
        var block = NativeMemory.AllocZeroed((nuint)bytes);
        _blocks.Add((nint)block);
        return block;
    }

    /// <summary>A string as C wants it. One with a zero inside would be cut there, so it is refused.</summary>
    internal byte* Text(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException("A path, argument or variable holds a zero character.", nameof(text));
        var bytes = Encoding.UTF8.GetBytes(text);
        var copy = (byte*)Take(bytes.Length + 1);
        bytes.CopyTo(new Span<byte>(copy, bytes.Length));
        return copy;
    }

    /// <summary>A null-terminated array of strings.</summary>
    internal byte** Texts(IReadOnlyList<string> texts)
    {
        var array = (byte**)Take((texts.Count + 1) * sizeof(byte*));
        for (var i = 0; i < texts.Count; i++)
            array[i] = Text(texts[i]);
        return array;
    }

    public void Dispose()
    {
        foreach (var block in _blocks)
            NativeMemory.Free((void*)block);
        _blocks.Clear();
    }
}
