using System.Text.Json;
using Hearth.Inference;
using Hearth.Requests;
using Hearth.Requests.Chat;
using Hearth.Requests.Events;
using Hearth.Tests.Support;
using Json.Schema;

namespace Hearth.Tests.Inference.Generation;

/// <summary>Where a call is demanded, the answer is one, whatever the model would have said.</summary>
[Collection("kernels")]
public sealed class RequiredCallTests : IAsyncLifetime
{
    const string Weather = """{"type": "object", "properties": {"city": {"type": "string", "maxLength": 12}, "unit": {"enum": ["C", "F"]}, "days": {"type": "integer", "minimum": 1, "maximum": 9}}, "required": ["city", "unit"], "additionalProperties": false}""";

    static readonly ToolDefinition[] Tools = [new("weather", "The weather of a city.", Weather), new("say \"hi\"", null, """{"properties": {"to": {"enum": ["all", "one"]}}, "required": ["to"], "additionalProperties": false}""")];

    ModelFile _file = null!;
    IEngine _engine = null!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _file = ModelFile.Open(ToolModel.Path);
        _engine = await _file.LoadAsync(new() { ContextLength = 1024 }, cancellationToken: Stop);
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        await _file.DisposeAsync();
    }

    [Fact]
    public async Task Any_of_the_tools_is_called_with_arguments_that_its_schema_allows()
    {
        var names = new HashSet<string>();
        for (var seed = 0UL; seed < 24; seed++)
        {
            var (text, calls, end) = await AskAsync(Demand(null) with { Sampling = new() { Seed = seed, Temperature = 1.2f, TopK = 0 } });
            Assert.Equal(("", FinishReason.ToolCalls), (text, end.Reason));
            var call = Assert.Single(calls);
            names.Add(call.Name);
            var schema = JsonSchema.FromText(Tools.Single(t => t.Name == call.Name).ParametersJson.Reveal());
            Assert.True(schema.Evaluate(JsonElement.Parse(call.ArgumentsJson.Reveal())).IsValid, call.ArgumentsJson.Reveal());
        }

        Assert.Equal(2, names.Count);
    }

    [Theory]
    [InlineData("weather")]
    [InlineData("say \"hi\"")]
    public async Task The_tool_that_is_named_is_called(string name) => Assert.Equal(name, Assert.Single((await AskAsync(Demand(name))).Calls).Name);

    [Fact]
    public async Task A_call_that_is_cut_off_is_none()
    {
        var (text, calls, end) = await AskAsync(Demand("weather") with { MaxTokens = 12 });
        Assert.Equal(("", 0, FinishReason.MaxTokens, "weather"), (text, calls.Count, end.Reason, end.IncompleteToolCall));
    }

    [Fact]
    public async Task A_demand_that_cannot_be_met_is_refused()
    {
        await RefusedAsync(Demand("other"), "not offered");
        await RefusedAsync(new(new ChatPrompt([new("user", "x")]) { ToolChoice = ToolChoice.Required }), "no tools are offered");
        var request = new GenerationRequest(new ChatPrompt([new("user", "x")]) { Tools = [new("f", null, """{"properties": {"a": {"not": {}}}}""")], ToolChoice = ToolChoice.Required });
        await RefusedAsync(request, "tool 0");
        await RefusedAsync(request, "keyword not at #/properties/a");
    }

    static GenerationRequest Demand(string? name)
        => new(new ChatPrompt([new("user", "How is the weather in Rome?")]) { Tools = Tools, ToolChoice = ToolChoice.Required, RequiredTool = name }) { MaxTokens = 500, Sampling = SamplingOptions.Greedy };

    async Task RefusedAsync(GenerationRequest request, string found)
        => Assert.Contains(found, (await Assert.ThrowsAsync<EngineException>(() => AskAsync(request))).Message, StringComparison.Ordinal);

    async Task<(string Text, List<ToolCall> Calls, Completed End)> AskAsync(GenerationRequest request)
    {
        var (text, calls, end) = ("", new List<ToolCall>(), (Completed?)null);
        await foreach (var said in _engine.GenerateAsync(request, Stop))
        {
            end = said as Completed;
            if (said is not Delta delta)
                continue;
            text += delta.Text.Reveal();
            calls.AddRange(delta.ToolCalls);
        }

        return (text, calls, end!);
    }
}
