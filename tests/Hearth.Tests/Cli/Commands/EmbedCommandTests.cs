using System.Runtime.InteropServices;
using System.Text;
using Hearth.Requests.Chat;
using Hearth.Requests.Embedding;
using Hearth.Tests.Cli.Support;

namespace Hearth.Tests.Cli.Commands;

/// <summary>embed and rerank over a model whose first number is the count of tokens, which are characters.</summary>
public sealed class EmbedCommandTests : IDisposable
{
    readonly CliRun _cli = new CliRun().WithShippedModel();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task One_text_is_one_object_on_standard_output()
    {
        Assert.Equal(0, await _cli.RunAsync("embed", "abc"));
        Assert.Equal("{\"embeddings\":[{\"index\":0,\"tokens\":3,\"vector\":[3,-0.5]}],\"rows\":1,\"columns\":2,\"cut\":0}\n", _cli.Output);
        Assert.Equal(0, await _cli.RunAsync(Encoding.UTF8.GetBytes("a\n"), ["embed", "--pooling", "none"]));
        Assert.Equal("{\"embeddings\":[{\"index\":0,\"tokens\":2,\"vectors\":[[2,-0.5],[2,-1.5]]}],\"rows\":2,\"columns\":2,\"cut\":0}\n", _cli.Output);
    }

    [Fact]
    public async Task Lines_become_rows_of_float32_and_cuts_are_reported()
    {
        var (input, output) = (_cli.File("in.jsonl", "{\"text\": \"ab\", \"id\": 1}\n\n{\"text\": \"abcdefghij\"}\r\n{\"text\": \"\"}"), _cli.PathOf("out.f32"));
        Assert.Equal(0, await _cli.RunAsync("embed", "--input", input, "--output", output, "--json"));
        Assert.Equal([2f, -0.5f, 6, -0.5f, 0, -0.5f], MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(output)).ToArray());
        Assert.Equal(
            $"{{\"output\":\"{output}\",\"format\":\"f32\",\"texts\":3,\"rows\":3,\"columns\":2,\"cut\":1,\"tokens\":[2,6,0],\"tokens_before_cut\":[2,10,0],\"numeric_profile\":\"1\",\"instruction_set\":\"scalar\",\"confined\":true,\"denied_calls\":0}}\n",
            _cli.Output);
        Assert.Contains("1 of 3 texts were longer than 6 tokens", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_encoder_that_ships_makes_vectors_where_no_model_is_named()
    {
        var encoder = _cli.File("models/all-MiniLM-L6-v2/all-MiniLM-L6-v2.Q8_0.gguf", "x");
        Assert.Equal(0, await _cli.RunAsync("embed", "abc"));
        Assert.Equal([encoder], _cli.Opened[^1].Paths);
        Assert.Equal(0, await _cli.RunAsync("embed", "abc", "--model", "SmolLM2-135M-Instruct"));
        Assert.DoesNotContain(encoder, _cli.Opened[^1].Paths);
        _cli.Environment["HEARTH_MODEL"] = "SmolLM2-135M-Instruct";
        Assert.Equal(0, await _cli.RunAsync("embed", "abc"));
        Assert.DoesNotContain(encoder, _cli.Opened[^1].Paths);
    }

    [Fact]
    public async Task Every_option_reaches_the_engine()
    {
        Assert.Equal(0, await _cli.RunAsync("embed", "x", "--prefix", "query: ", "--parse-special", "--pooling", "last", "--no-normalize", "--dimensions", "2", "--max-tokens", "9"));
        var request = Assert.Single(_cli.Model.Embedded);
        Assert.Equal(new TextPrompt("query: x", true), Assert.Single(request.Inputs));
        Assert.Equal((PoolingType.Last, false, 2, 9), (request.Pooling, request.Normalize, request.Dimensions, request.MaxTokens));
    }

    [Theory]
    [InlineData("[1, 2, 3]", "3")]
    [InlineData("[[1], [2, 3]]", "1 2")]
    [InlineData("[]", "0")]
    [InlineData("\uFEFF[7]", "1")]
    public async Task Token_ids_are_taken_as_they_are(string content, string lengths)
    {
        Assert.Equal(0, await _cli.RunAsync("embed", "--tokens", _cli.File("ids.json", content)));
        Assert.Equal(lengths, string.Join(' ', _cli.Model.Embedded.Single().Inputs.Cast<TokenPrompt>().Select(p => p.Tokens.Count)));
    }

    [Fact]
    public async Task Npy_has_the_header_that_numpy_reads()
    {
        var output = _cli.PathOf("out.npy");
        Assert.Equal(0, await _cli.RunAsync("embed", "--input", _cli.File("in.jsonl", "{\"text\": \"ab\"}\n{\"text\": \"c\"}\n{\"text\": \"abc\"}"), "--format", "npy", "--output", output));
        var bytes = File.ReadAllBytes(output);
        Assert.Equal(128 + 24, bytes.Length);
        Assert.Equal([0x93, .. "NUMPY"u8, 1, 0, 118, 0], bytes[..10]);
        Assert.StartsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }", Encoding.ASCII.GetString(bytes, 10, 118), StringComparison.Ordinal);
        Assert.Equal((byte)'\n', bytes[127]);
        Assert.Equal([2f, -0.5f, 1, -0.5f, 3, -0.5f], MemoryMarshal.Cast<byte, float>(bytes.AsSpan(128)).ToArray());
    }

    [Fact]
    public async Task Many_lines_go_to_the_engine_in_portions_and_keep_their_numbers()
    {
        var lines = string.Concat(Enumerable.Range(0, 600).Select(i => $"{{\"text\": \"{new string('x', i % 5)}\"}}\n"));
        var output = _cli.PathOf("out.f32");
        Assert.Equal(0, await _cli.RunAsync("embed", "--input", _cli.File("in.jsonl", lines), "--output", output));
        Assert.Equal([256, 256, 88], _cli.Model.Embedded.Select(r => r.Inputs.Count));
        Assert.Equal(Enumerable.Range(0, 600).Select(i => (float)(i % 5)), MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(output)).ToArray().Where((_, i) => i % 2 == 0));
    }

    [Theory]
    [InlineData(2, "embed", "x", "--input", "y")]
    [InlineData(2, "embed", "x", "--format", "f32")]
    [InlineData(2, "embed", "x", "--pooling", "max")]
    [InlineData(1, "embed", "--input", "nowhere.jsonl")]
    [InlineData(2, "rerank")]
    public async Task What_contradicts_or_is_missing_is_refused(int code, params string[] words) => Assert.Equal(code, await _cli.RunAsync(words));

    [Theory]
    [InlineData("{\"text\": \"a\"}\n{\"secret\": 1}", "Line 2")]
    [InlineData("secret", "Line 1")]
    [InlineData("{\"text\": 7, \"s\": \"secret\"}", "Line 1")]
    [InlineData("[\"secret\"]", "Line 1")]
    [InlineData("\n\n", "holds no text")]
    public async Task A_line_without_a_text_is_named_by_its_number_only(string content, string named)
    {
        Assert.Equal(1, await _cli.RunAsync("embed", "--input", _cli.File("in.jsonl", content)));
        Assert.Contains(named, _cli.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rerank_puts_the_best_document_first_and_reports_cuts()
    {
        Assert.Equal(0, await _cli.RunAsync(Encoding.UTF8.GetBytes("long text\nab\n\nabc\r\n"), ["rerank", "--query", "q"]));
        Assert.Equal("   1.50000  3\n  -0.50000  2\n  -2.25000  1\n", _cli.Output);
        Assert.Contains("1 of 3 documents were too long", _cli.Error, StringComparison.Ordinal);
        Assert.Equal(new TextPrompt("q"), _cli.Model.Reranked!.Query);

        Assert.Equal(0, await _cli.RunAsync("rerank", "--query", "q", "--input", _cli.File("d.jsonl", "{\"text\": \"abcd\"}\n{\"text\": \"abc\"}"), "--json"));
        Assert.Equal("{\"results\":[{\"index\":1,\"score\":1.5,\"tokens\":3},{\"index\":0,\"score\":-1,\"tokens\":4}],\"numeric_profile\":\"1\",\"instruction_set\":\"scalar\",\"confined\":true,\"denied_calls\":0}\n", _cli.Output);
    }
}
