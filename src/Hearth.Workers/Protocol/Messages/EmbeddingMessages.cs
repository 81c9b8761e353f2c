using Hearth.Requests.Chat;
using Hearth.Requests.Embedding;

namespace Hearth.Workers.Protocol.Messages;

/// <summary>A request for vectors, with the number that may come unasked.</summary>
readonly record struct EmbedMessage(int Credit, EmbeddingRequest Request);

/// <summary>A request for scores of documents, with the number that may come unasked.</summary>
readonly record struct RerankMessage(int Credit, RerankRequest Request);

/// <summary>Vectors of texts, and scores of documents.</summary>
static class EmbeddingMessages
{
    internal static void Write(WireWriter wire, EmbedMessage message)
    {
        var request = message.Request;
        wire.Count(1, message.Credit);
        foreach (var input in request.Inputs)
            wire.Message(2, input, WriteInput);
        wire.Count(3, (int)request.Pooling);
        wire.Flag(4, !request.Normalize);
        wire.OptionalSigned(5, request.Dimensions);
        wire.OptionalSigned(6, request.MaxTokens);
    }

    internal static EmbedMessage ReadEmbed(ReadOnlySpan<byte> body)
    {
        var (credit, inputs) = (0, new List<Prompt>());
        var request = new EmbeddingRequest(inputs);
        var wire = new WireReader("Embed", body);
        while (wire.Next())
        {
            switch (wire.Field)
            {
                case 1: credit = wire.Count(Limits.Credit); break;
                case 2: AddInput(ref wire, inputs); break;
                case 3: request = request with { Pooling = (PoolingType)wire.Count((int)PoolingType.Last) }; break;
                case 4: request = request with { Normalize = !wire.Flag() }; break;
                case 5: request = request with { Dimensions = wire.Signed() }; break;
                case 6: request = request with { MaxTokens = wire.Signed() }; break;
                default: throw wire.Unknown();
            }
        }

        return new(credit, request);
    }

    internal static void Write(WireWriter wire, EmbeddingItem item)
    {
        wire.Count(1, item.Input);
        wire.Count(2, item.Row);
        wire.Floats(3, item.Vector);
        wire.Count(4, item.Tokens);
        wire.Count(5, item.TokensGiven);
    }

    internal static EmbeddingItem ReadEmbedItem(ReadOnlySpan<byte> body)
    {
        var item = new EmbeddingItem(0, 0, [], 0, 0);
        var wire = new WireReader("EmbedItem", body);
        while (wire.Next())
        {
            item = wire.Field switch
            {
                1 => item with { Input = wire.Count() },
                2 => item with { Row = wire.Count() },
                3 => item with { Vector = wire.Floats(Frame.MaxBody) },
                4 => item with { Tokens = wire.Count() },
                5 => item with { TokensGiven = wire.Count() },
                _ => throw wire.Unknown(),
            };
        }

        return item;
    }

    internal static void Write(WireWriter wire, RerankMessage message)
    {
        wire.Count(1, message.Credit);
        wire.Message(2, message.Request.Query, WriteInput);
        foreach (var document in message.Request.Documents)
            wire.Message(3, document, WriteInput);
        wire.OptionalSigned(4, message.Request.MaxTokens);
    }

    internal static RerankMessage ReadRerank(ReadOnlySpan<byte> body)
    {
        var (credit, query, documents, most) = (0, (Prompt?)null, new List<Prompt>(), (int?)null);
        var wire = new WireReader("Rerank", body);
        while (wire.Next())
        {
            switch (wire.Field)
            {
                case 1: credit = wire.Count(Limits.Credit); break;
                case 2: query = ReadInput(wire.Bytes()); break;
                case 3: AddInput(ref wire, documents); break;
                case 4: most = wire.Signed(); break;
                default: throw wire.Unknown();
            }
        }

        return new(credit, new(query ?? throw wire.Violation("there is no query"), documents) { MaxTokens = most });
    }

    internal static void Write(WireWriter wire, RerankItem item)
    {
        wire.Count(1, item.Document);
        wire.Float(2, item.Score);
        wire.Count(3, item.Tokens);
        wire.Count(4, item.TokensGiven);
    }

    internal static RerankItem ReadRerankItem(ReadOnlySpan<byte> body)
    {
        var item = new RerankItem(0, 0, 0, 0);
        var wire = new WireReader("RerankItem", body);
        while (wire.Next())
        {
            item = wire.Field switch
            {
                1 => item with { Document = wire.Count() },
                2 => item with { Score = wire.Float() },
                3 => item with { Tokens = wire.Count() },
                4 => item with { TokensGiven = wire.Count() },
                _ => throw wire.Unknown(),
            };
        }

        return item;
    }

    static void WriteInput(WireWriter wire, Prompt input)
    {
        switch (input)
        {
            case TextPrompt text: wire.Message(1, text, PromptMessages.Write); break;
            case TokenPrompt tokens: wire.Message(2, tokens, PromptMessages.Write); break;
            default: throw new ArgumentException($"{input} is no kind of input that travels.", nameof(input));
        }
    }

    static void AddInput(ref WireReader wire, List<Prompt> inputs)
    {
        if (inputs.Count == Limits.Inputs)
            throw wire.Violation($"there are more than {Limits.Inputs} texts");
        inputs.Add(ReadInput(wire.RepeatedMessage()));
    }

    static Prompt ReadInput(ReadOnlySpan<byte> body)
    {
        Prompt? input = null;
        var wire = new WireReader("EmbedInput", body);
        while (wire.Next())
        {
            if (input is not null)
                throw wire.Violation("it is both a text and token ids");
            input = wire.Field switch
            {
                1 => PromptMessages.ReadText(wire.Bytes()),
                2 => PromptMessages.ReadTokens(wire.Bytes()),
                _ => throw wire.Unknown(),
            };
        }

        return input ?? throw wire.Violation("it is neither a text nor token ids");
    }
}
