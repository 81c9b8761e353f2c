using Hearth.Formats.Gguf;
using Hearth.Tensors.Quantization;
using Microsoft.Win32.SafeHandles;

namespace Hearth.Fuzz.Targets;

/// <summary>Opens the input as a GGUF file. A file that opens must keep what its types promise, whatever is asked of it.</summary>
static class GgufTarget
{
    /// <summary>So many keys are asked for every type; an exception costs more than all the rest.</summary>
    const int FullyAsked = 3;

    internal static void Run(ReadOnlySpan<byte> input) => Run([ScratchFile.Holding(input)], _ => { });

    /// <summary>Opens the parts of a model, of which there is one or there are several.</summary>
    internal static void Run(IReadOnlyList<SafeFileHandle> parts, Action<GgufFile> check)
    {
        if (!Refuses(() => GgufFile.Open(parts), out var opened))
        {
            using var file = opened;
            CheckMetadata(file!.Metadata);
            CheckTensors(file);
            check(file);
        }
    }

    static void CheckMetadata(GgufMetadata metadata)
    {
        var entries = 0;
        foreach (var (key, typeName, display) in metadata.Entries)
        {
            entries++;
            FuzzFinding.Unless(metadata.TypeOf(key) is not null, "a listed key is there");
            FuzzFinding.Unless(typeName.Length > 0 && display.Length < 300, "a value is shown in a line");
            FuzzFinding.Unless(!display.AsSpan().ContainsAnyInRange('\0', '\x1f') && !display.Contains('\x7f'), "nothing shown steers a terminal");
            if (entries <= FullyAsked)
                AskAll(metadata, key);
        }

        FuzzFinding.Unless(entries == metadata.Count, "all keys are listed");
    }

    /// <summary>One of these fits; the others refuse.</summary>
    static void AskAll(GgufMetadata metadata, string key)
    {
        Refuses(() => metadata.GetString(key), out _);
        Refuses(() => metadata.TryGetBool(key, out var flag) ? flag : throw new InvalidDataException("A listed key is not there."), out _);
        Refuses(() => metadata.GetUInt32(key), out _);
        Refuses(() => metadata.GetFloat32(key), out _);
        Refuses(() => metadata.GetInt32s(key), out _);
        Refuses(() => metadata.GetFloat32s(key), out _);
        if (!Refuses(() => metadata.GetStrings(key), out var strings))
            CheckStrings(strings!);
    }

    static void CheckStrings(GgufStringArray strings)
    {
        for (var i = 0; i < strings.Count; i++)
            _ = strings[i].Length > 0 ? strings[i][^1] : default;
    }

    static void CheckTensors(GgufFile file)
    {
        var (end, mapped) = (0L, file.Tensors.Count > 0 ? file.Tensors[0].File : null);
        foreach (var tensor in file.Tensors)
        {
            if (tensor.File != mapped)
                (end, mapped) = (0, tensor.File);
            FuzzFinding.Unless(ReferenceEquals(tensor, file.Find(tensor.Name)), "a name is that of one tensor");
            FuzzFinding.Unless(tensor.Offset >= end && (file.Parts > 1 || tensor.Offset % file.Alignment == 0), "tensors are aligned and do not overlap");
            TensorTypes.TryGetBlock(tensor.Type, out var block);
            FuzzFinding.Unless(tensor.Shape.Count is >= 1 and <= 4 && tensor.Shape.All(dimension => dimension > 0), "a shape has one to four dimensions");
            FuzzFinding.Unless(tensor.RowLength % block.Elements == 0 && tensor.RowLength * tensor.Rows == tensor.ElementCount, "rows are whole blocks");
            FuzzFinding.Unless(tensor.Bytes == tensor.ElementCount / block.Elements * block.Bytes, "the size follows from type and shape");
            _ = tensor.File.Slice(tensor.Offset, 1)[0] + tensor.File.Slice(tensor.Offset + tensor.Bytes - 1, 1)[0];
            end = tensor.Offset + tensor.Bytes;
        }

        FuzzFinding.Unless(end <= file.FileBytes, "tensors lie in the file");
    }

    /// <summary>Whether the input was refused in the documented manner.</summary>
    static bool Refuses<T>(Func<T> read, out T? result)
    {
        try
        {
            result = read();
            return false;
        }
        catch (InvalidDataException)
        {
            result = default;
            return true;
        }
    }
}
