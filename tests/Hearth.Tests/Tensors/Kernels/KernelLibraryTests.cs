using Hearth.KernelGenerator;
using Hearth.Tests.Support;

namespace Hearth.Tests.Tensors.Kernels;

public sealed class KernelLibraryTests
{
    static readonly KernelLibrary Library = KernelLibrary.Generate();

    [Fact]
    public void The_machine_code_is_what_the_generator_writes() => Assert.Equal(Library.Code, File.ReadAllBytes(At("avx512-vnni.bin")));

    [Fact]
    public void The_disassembly_is_what_the_generator_writes() => Assert.Equal(Library.Disassembly, File.ReadAllText(At("avx512-vnni.asm")));

    [Fact]
    public void The_index_is_what_the_generator_writes() => Assert.Equal(Library.Offsets, File.ReadAllText(At("KernelOffsets.cs")));

    [Fact]
    public void No_kernel_knows_the_name_of_a_tensor_type()
    {
        var names = Enum.GetNames<Hearth.Tensors.Quantization.TensorType>().Where(n => n.Contains('_', StringComparison.Ordinal) || n.EndsWith("FP4", StringComparison.Ordinal)).ToList();
        var files = Directory.EnumerateFiles(Repository.At("src", "Hearth.Tensors", "Kernels"), "*.cs", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Repository.At("tools", "Hearth.KernelGenerator"), "*.cs"));
        Assert.Empty(from file in files from name in names where File.ReadAllText(file).Contains(name, StringComparison.Ordinal) select $"{file} names {name}");
    }

    [Fact]
    public void Every_type_with_blocks_has_decode_kernels_and_the_layouts_of_the_generator_are_ours()
    {
        foreach (var format in Hearth.Tensors.Quantization.WeightFormat.Types.Select(t => Hearth.Tensors.Quantization.WeightFormat.Find(t)!).Where(f => !f.IsFloat))
        {
            Assert.Equal(3, Hearth.Tensors.Kernels.Generated.KernelOffsets.Gemv[(format.Codes, format.Scales)].Length);
            var shape = Shape.Of(Enum.Parse<Codes>(format.Codes.ToString()), Enum.Parse<Scales>(format.Scales.ToString()));
            Assert.Equal((format.CodeBytes, format.Shape.RecordBytes), (shape.CodeBytes, shape.RecordBytes));
            Assert.Equal((format.Shape.Blocks, format.Shape.Terms, format.Shape.Minimum), (shape.Blocks, shape.Terms, shape.Minimum));
        }
    }

    static string At(string name) => Repository.At("src", "Hearth.Tensors", "Kernels", "Generated", name);
}
