using Hearth.Formats.Gguf;
using Hearth.Tests.Support;
using Microsoft.Win32.SafeHandles;

namespace Hearth.Tests.Formats.Gguf;

/// <summary>A model in several files: joined where they belong together, refused with the file's number where they do not.</summary>
public sealed class GgufSplitTests
{
    [Fact]
    public void Parts_are_one_model_with_the_keys_of_the_first_and_the_tensors_of_all()
    {
        using var file = Open(
            Part(0, 3, 4).Entry("general.name", "whole"),
            Part(1, 3, 4).Alignment(64).Tensor("a", [2], 1, 2).Tensor("b", [1], 3),
            Part(2, 3, 4).Tensor("c", [1], 4).Tensor("d", [2], 5, 6));
        Assert.Equal(("whole", 3, 4), (file.Metadata.GetString("general.name"), file.Parts, file.Tensors.Count));
        Assert.Equal([1f, 3, 4, 5], file.Tensors.Select(tensor => BitConverter.ToSingle(tensor.File.Slice(tensor.Offset, 4))));
        Assert.Equal(["a", "b", "c", "d"], file.Tensors.Select(tensor => tensor.Name));
        Assert.Same(file.Tensors[2], file.Find("c"));
        Assert.Equal(file.FileBytes, file.Tensors.Select(tensor => tensor.File).Distinct().Sum(map => map.Length) + Part(0, 3, 4).Entry("general.name", "whole").Build().Length);
    }

    [Fact]
    public void A_model_that_says_it_is_one_part_of_one_is_a_model()
    {
        using var file = Open(Part(0, 1, 1).Tensor("a", [1], 1));
        Assert.Single(file.Tensors);
    }

    [Fact]
    public void A_part_alone_is_refused_and_says_which_one_it_is()
    {
        Refuse("The file is part 2 of a model in 3 parts, but 1 was given", Part(1, 3, 2).Tensor("a", [1], 1));
        Refuse("The file is part 1 of a model in 3 parts, but 2 were given", Part(0, 3, 2).Tensor("a", [1], 1), Part(1, 3, 2).Tensor("b", [1], 1));
    }

    [Fact]
    public void Files_that_do_not_belong_together_are_refused_by_number()
    {
        var (a, b) = (Part(0, 2, 2).Tensor("a", [1], 1), Part(1, 2, 2).Tensor("b", [1], 1));
        Refuse("File 1 of 2 says that it is part 2", b, a);
        Refuse("File 2 of 2 says that it is part 1", a, a);
        Refuse("File 2 of 2 is of the architecture \"qwen2\", the first one of \"llama\"", Part(0, 2, 2).Entry("general.architecture", "llama").Tensor("a", [1], 1), Part(1, 2, 2).Entry("general.architecture", "qwen2").Tensor("b", [1], 1));
        Refuse("The tensor \"a\" of file 2 occurs in a file before it too", a, Part(1, 2, 2).Tensor("a", [1], 1));
        Refuse("File 2 of 2 is no part of a split model", a, new GgufBuilder().Tensor("b", [1], 1));
        Refuse("The 2 files hold 1 tensors together, but split.tensors.count is 2", a, Part(1, 2, 2));
        Refuse("The 2 files hold 2 tensors together, but split.tensors.count is 3", a, Part(1, 2, 3).Tensor("b", [1], 1));
        Refuse("File 2 of 2: This is not a GGUF file", a, new GgufBuilder().Magic("GGML"u8));
        Refuse("split.no", a, new GgufBuilder().Entry("split.count", (ushort)2).Tensor("b", [1], 1));
        Refuse("split.count", new GgufBuilder().Entry("split.count", "two"));
    }

    static GgufBuilder Part(int number, int count, int tensors)
        => new GgufBuilder().Entry("split.no", (ushort)number).Entry("split.count", (ushort)count).Entry("split.tensors.count", tensors);

    static void Refuse(string reason, params GgufBuilder[] parts)
        => Assert.Contains(reason, Assert.Throws<InvalidDataException>(() => Open(parts)).Message, StringComparison.Ordinal);

    static GgufFile Open(params GgufBuilder[] parts)
    {
        var handles = new List<SafeFileHandle>();
        try
        {
            foreach (var part in parts)
            {
                handles.Add(File.OpenHandle(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose));
                RandomAccess.Write(handles[^1], part.Build(), 0);
            }

            return GgufFile.Open(handles);
        }
        finally
        {
            handles.ForEach(handle => handle.Dispose());
        }
    }
}
