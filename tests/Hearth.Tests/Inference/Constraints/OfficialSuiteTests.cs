using System.Text.Json;
using Hearth.Inference.Constraints;
using Hearth.Inference.Constraints.Schemas;
using Hearth.Requests;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference.Constraints;

/// <summary>The official test suite of draft 2020-12: what it calls invalid can't be written. What can't be enforced is refused by its keyword.</summary>
public sealed class OfficialSuiteTests(ITestOutputHelper output)
{
    /// <summary>Tests of the suite that were taken, as a share: a compiler that refuses everything accepts nothing invalid either.</summary>
    const double LeastTaken = 0.45;

    [Fact]
    public void Nothing_invalid_can_be_written()
    {
        var (tests, taken, rejected, accepted) = (0, 0, new List<string>(), new List<string>());
        var refused = new Dictionary<string, int>();
        foreach (var file in Directory.GetFiles(Repository.Shared("data", "json-schema", "draft2020-12"), "*.json").Order())
        {
            using var groups = JsonDocument.Parse(File.ReadAllBytes(file));
            foreach (var group in groups.RootElement.EnumerateArray())
            {
                tests += group.GetProperty("tests").GetArrayLength();
                if (Compile(group.GetProperty("schema"), refused) is not { } grammar)
                    continue;
                foreach (var test in group.GetProperty("tests").EnumerateArray())
                {
                    taken++;
                    var isWritten = Writing.CanWrite(grammar, test.GetProperty("data").GetRawText());
                    if (isWritten == test.GetProperty("valid").GetBoolean())
                        continue;
                    (isWritten ? accepted : rejected).Add($"{Path.GetFileName(file)}: {group.GetProperty("description")}: {test.GetProperty("description")}");
                }
            }
        }

        output.WriteLine($"{tests} tests, {taken} of schemas that were taken, {rejected.Count} valid ones rejected, {accepted.Count} invalid ones accepted");
        output.WriteLine($"refused: {string.Join(", ", refused.OrderByDescending(r => r.Value).Select(r => $"{r.Key} {r.Value}"))}");
        output.WriteLine(string.Join('\n', accepted.Concat(rejected)));
        Assert.Empty(accepted);
        Assert.InRange(taken, LeastTaken * tests, tests);
    }

    static Node? Compile(JsonElement schema, Dictionary<string, int> refused)
    {
        try
        {
            return SchemaCompiler.Compile(schema);
        }
        catch (EngineException e)
        {
            Assert.Equal(FailureCode.InvalidRequest, e.Code);
            var keyword = e.Message.Split(' ')[2];
            refused[keyword] = refused.GetValueOrDefault(keyword) + 1;
            return null;
        }
    }
}
