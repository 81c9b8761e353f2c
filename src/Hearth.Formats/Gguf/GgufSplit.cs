namespace Hearth.Formats.Gguf;

/// <summary>Proves that files are the parts of one model: all of them, each once, in order.</summary>
/// <remarks>
/// llama.cpp, <c>tools/gguf-split</c>: every part is a GGUF file of its own with the keys split.no (from 0), split.count and split.tensors.count (of all
/// parts together). The other keys are those of the first part.
/// </remarks>
static class GgufSplit
{
    const string Number = "split.no", Count = "split.count", TensorCount = "split.tensors.count", Architecture = "general.architecture";

    /// <summary>The tensors of all parts, in order.</summary>
    /// <exception cref="InvalidDataException">The files do not belong together; the message names the file.</exception>
    internal static OrderedDictionary<string, GgufTensor> Join(IReadOnlyList<GgufPart> parts)
    {
        if (parts.Count == 1 && CountOf(parts[0]) <= 1)
            return parts[0].Tensors;
        var tensors = new OrderedDictionary<string, GgufTensor>(parts.Sum(part => part.Tensors.Count));
        for (var i = 0; i < parts.Count; i++)
        {
            Check(parts[i], parts[0], i, parts.Count);
            foreach (var (name, tensor) in parts[i].Tensors)
            {
                if (!tensors.TryAdd(name, tensor))
                    throw Mixed($"The tensor {Printable.Text(name)} of file {i + 1} occurs in a file before it too");
            }
        }

        foreach (var part in parts)
        {
            if (part.Metadata.GetUInt32(TensorCount) is var claimed && claimed != tensors.Count)
                throw Mixed($"The {parts.Count} files hold {tensors.Count} tensors together, but {TensorCount} is {claimed}");
        }

        return tensors;
    }

    static void Check(GgufPart part, GgufPart first, int index, int files)
    {
        var count = CountOf(part);
        if (count == 0)
            throw Mixed($"File {index + 1} of {files} is no part of a split model: it has no key {Count}");
        var number = part.Metadata.GetUInt32(Number);
        if (count != files)
        {
            throw new InvalidDataException(
                $"The file is part {number + 1L} of a model in {count} parts, but {files} {(files == 1 ? "was" : "were")} given. Keep all parts in one folder under the names that they were published with, NAME-00001-of-{count:D5}.gguf and so on, and choose any of them.");
        }

        if (number != index)
            throw Mixed($"File {index + 1} of {files} says that it is part {number + 1L}");
        // Only the first part has to name it; llama.cpp writes it nowhere else.
        if (part.Metadata.TryGetString(Architecture, out var own) && first.Metadata.TryGetString(Architecture, out var whole) && own != whole)
            throw Mixed($"File {index + 1} of {files} is of the architecture {Printable.Text(own)}, the first one of {Printable.Text(whole)}");
    }

    static uint CountOf(GgufPart part) => part.Metadata.TryGetUInt32(Count, out var count) ? count : 0;

    static InvalidDataException Mixed(string finding) => new($"{finding}. These files are not the parts of one model: fetch all parts again, from the same place.");
}
