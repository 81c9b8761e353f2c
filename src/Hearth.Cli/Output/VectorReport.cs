using System.Text.Json;
using Hearth.Requests.Embedding;
using Hearth.Requests.Models;

namespace Hearth.Cli.Output;

/// <summary>What was written: how many rows of how many numbers, and which texts were cut.</summary>
sealed class VectorReport(VectorFormat format, bool ofTokens, int texts)
{
    readonly List<(int Input, int Tokens, int Given)> _inputs = [];

    /// <summary>Vectors of tokens, not of texts.</summary>
    internal bool OfTokens => ofTokens;

    internal int Rows { get; private set; }

    internal int Columns { get; private set; }

    /// <summary>Texts that lost their end.</summary>
    internal int Cut { get; private set; }

    internal void Add(EmbeddingItem item)
    {
        (Rows, Columns) = (Rows + 1, item.Vector.Length);
        if (item.Row > 0)
            return;
        _inputs.Add((item.Input, item.Tokens, item.TokensGiven));
        if (item.Tokens < item.TokensGiven)
            Cut++;
    }

    internal void Write(Utf8JsonWriter writer, string path, LoadedModel model)
    {
        writer.WriteString("output", path);
        writer.WriteString("format", VectorFormats.NameOf(format));
        writer.WriteNumber("texts", texts);
        writer.WriteNumber("rows", Rows);
        writer.WriteNumber("columns", Columns);
        writer.WriteNumber("cut", Cut);
        AnswerJson.WriteIds(writer, "tokens", _inputs.Select(input => input.Tokens));
        AnswerJson.WriteIds(writer, "tokens_before_cut", _inputs.Select(input => input.Given));
        writer.WriteString("numeric_profile", model.NumericProfile);
        writer.WriteString("instruction_set", model.InstructionSet);
    }
}
