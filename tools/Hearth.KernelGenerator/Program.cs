using Hearth.KernelGenerator;

// Writes the generated kernels beside their golden disassembly: dotnet run --project tools/Hearth.KernelGenerator
var folder = args.Length == 1 ? args[0] : Path.Combine("src", "Hearth.Tensors", "Kernels", "Generated");
if (!Directory.Exists(folder))
{
    Console.Error.WriteLine($"No folder {folder}. Run from the root of the repository, or name the folder.");
    return 2;
}

var library = KernelLibrary.Generate();
File.WriteAllBytes(Path.Combine(folder, "avx512-vnni.bin"), library.Code);
File.WriteAllText(Path.Combine(folder, "avx512-vnni.asm"), library.Disassembly);
File.WriteAllText(Path.Combine(folder, "KernelOffsets.cs"), library.Offsets);
Console.WriteLine($"{library.Code.Length} bytes of kernels in {folder}");
return 0;
