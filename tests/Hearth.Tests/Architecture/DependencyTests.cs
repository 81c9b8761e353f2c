using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Hearth.Tests.Support;

namespace Hearth.Tests.Architecture;

/// <summary>The rooms and the arrows between them. This table is the architecture; docs/architecture.md shows it.</summary>
public sealed class DependencyTests
{
    static readonly Dictionary<string, string[]> Rooms = new()
    {
        ["Hearth.Tensors"] = [],
        ["Hearth.Formats"] = ["Hearth.Tensors"],
        ["Hearth.Requests"] = [],
        ["Hearth.Inference"] = ["Hearth.Formats", "Hearth.Requests", "Hearth.Tensors"],
        ["Hearth.Confinement"] = [],
        ["Hearth.Workers"] = ["Hearth.Confinement", "Hearth.Requests"],
        ["Hearth.Worker"] = ["Hearth.Confinement", "Hearth.Inference", "Hearth.Requests", "Hearth.Workers"],
        ["Hearth.Probe"] = ["Hearth.Confinement"],
        ["Hearth.Models"] = ["Hearth.Requests"],
        ["Hearth.Storage"] = ["Hearth.Requests"],
        ["Hearth.Server"] = ["Hearth.Models", "Hearth.Requests", "Hearth.Storage"],
        ["Hearth.Cli"] = ["Hearth.Confinement", "Hearth.Models", "Hearth.Requests", "Hearth.Server", "Hearth.Storage", "Hearth.Workers"],
    };

    static readonly string[] UnsafeRooms = ["Hearth.Tensors", "Hearth.Confinement", "Hearth.Probe"];
    static readonly string[] NetworkedRooms = ["Hearth.Probe"];

    /// <summary>Which rooms may use a library whose name starts so.</summary>
    static readonly Dictionary<string, string[]> OnlyIn = new()
    {
        ["Google.Protobuf"] = [],
        ["Microsoft.Data.Sqlite"] = ["Hearth.Storage"],
        ["Microsoft.Extensions.AI"] = ["Hearth.Requests"],
        ["ModelContextProtocol"] = ["Hearth.Server"],
        ["SQLitePCL"] = ["Hearth.Storage"],
        ["System.CommandLine"] = ["Hearth.Cli"],
        // The server listens by way of ASP.NET Core; the analyzer keeps it, too, from what could connect.
        ["System.Net"] = [.. NetworkedRooms, "Hearth.Server"],
    };

    /// <summary>Folders of Inference in reading order: one uses only those before it.</summary>
    static readonly string[] InferenceLayers =
    [
        "Tokenizers", "ChatTemplates", "KvCache", "Architectures", "Constraints", "Sampling", "ResponseParsing", "Scheduling", "Generation",
    ];

    public static TheoryData<string> RoomNames => [.. Rooms.Keys];

    [Fact]
    public void Every_folder_in_src_is_a_room_of_the_table()
        => Assert.Equal(Rooms.Keys.Order(), Directory.GetDirectories(Repository.At("src")).Select(f => Path.GetFileName(f)!).Order());

    [Theory, MemberData(nameof(RoomNames))]
    public void A_room_references_exactly_the_rooms_in_the_table(string room)
        => Assert.Equal(Rooms[room].Order(), Project(room).Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value)).Order());

    [Theory, MemberData(nameof(RoomNames))]
    public void A_room_compiles_only_against_libraries_that_are_allowed_there(string room)
    {
        using var binary = new PEReader(File.OpenRead(Binary(room)));
        var metadata = binary.GetMetadataReader();
        var strangers =
            from handle in metadata.AssemblyReferences
            let name = metadata.GetString(metadata.GetAssemblyReference(handle).Name)
            from rule in OnlyIn
            where name.StartsWith(rule.Key, StringComparison.Ordinal) && !rule.Value.Contains(room)
            select name;
        Assert.Empty(strangers);
    }

    [Theory, MemberData(nameof(RoomNames))]
    public void Only_the_rooms_of_numbers_and_confinement_and_its_probe_allow_unsafe_code(string room)
        => Assert.Equal(UnsafeRooms.Contains(room), Project(room).Descendants("AllowUnsafeBlocks").Any());

    [Theory, MemberData(nameof(RoomNames))]
    public void A_room_is_offline_unless_the_table_says_otherwise(string room)
        => Assert.Equal(NetworkedRooms.Contains(room), Project(room).Descendants("UsesNetwork").Any());

    [Fact]
    public void Every_folder_of_inference_has_its_place_in_the_order_that_the_document_tells()
    {
        Assert.Equal(InferenceLayers.Order(), Directory.GetDirectories(Repository.At("src", "Hearth.Inference")).Select(f => Path.GetFileName(f)!).Order());
        Assert.Contains($"`{string.Join(' ', InferenceLayers)}`", File.ReadAllText(Repository.At("docs", "architecture.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void Inside_inference_a_folder_uses_only_the_folders_before_it()
    {
        var root = Repository.At("src", "Hearth.Inference");
        var upward =
            from layer in InferenceLayers
            from file in Directory.EnumerateFiles(Path.Combine(root, layer), "*.cs", SearchOption.AllDirectories)
            from Match use in Regex.Matches(File.ReadAllText(file), @"\bHearth\.Inference\.(\w+)")
            where Array.IndexOf(InferenceLayers, use.Groups[1].Value) > Array.IndexOf(InferenceLayers, layer)
            select $"{Path.GetRelativePath(root, file)} uses {use.Value}";
        Assert.Empty(upward);
    }

    static XDocument Project(string room) => XDocument.Load(Repository.At("src", room, $"{room}.csproj"));

    static string Binary(string room)
        => Path.Combine(AppContext.BaseDirectory, (Project(room).Descendants("AssemblyName").FirstOrDefault()?.Value ?? room) + ".dll");
}
