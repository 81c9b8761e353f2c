using Hearth.Requests;
using Hearth.Requests.Chat;

namespace Hearth.Workers.Protocol.Messages;

/// <summary>A text to cut into tokens.</summary>
readonly record struct TokenizeRequest(PrivateText Text, bool ParseSpecial);

/// <summary>Text to tokens, tokens to text, a template to text.</summary>
static class TextMessages
{
    internal static void Write(WireWriter wire, TokenizeRequest request)
    {
        wire.Text(1, request.Text);
        wire.Flag(2, request.ParseSpecial);
    }

    internal static TokenizeRequest ReadTokenize(ReadOnlySpan<byte> body)
    {
        var request = new TokenizeRequest("", false);
        var wire = new WireReader("Tokenize", body);
        while (wire.Next())
        {
            request = wire.Field switch
            {
                1 => request with { Text = wire.Text() },
                2 => request with { ParseSpecial = wire.Flag() },
                _ => throw wire.Unknown(),
            };
        }

        return request;
    }

    internal static void WriteTokens(WireWriter wire, IReadOnlyList<int> tokens) => wire.Counts(1, tokens);

    internal static int[] ReadTokens(ReadOnlySpan<byte> body)
    {
        int[] tokens = [];
        var wire = new WireReader("Tokens", body);
        while (wire.Next())
            tokens = wire.Field == 1 ? wire.Counts(Frame.MaxBody) : throw wire.Unknown();
        return tokens;
    }

    internal static void WriteDetokenize(WireWriter wire, IReadOnlyList<int> tokens) => wire.SignedNumbers(1, tokens);

    internal static int[] ReadDetokenize(ReadOnlySpan<byte> body)
    {
        int[] tokens = [];
        var wire = new WireReader("Detokenize", body);
        while (wire.Next())
            tokens = wire.Field == 1 ? wire.SignedNumbers(Frame.MaxBody) : throw wire.Unknown();
        return tokens;
    }

    internal static void Write(WireWriter wire, RenderRequest request)
    {
        wire.Text(1, request.ContextJson);
        wire.OptionalText(2, request.Template);
        wire.Optional(3, (ulong?)request.Now?.Ticks);
    }

    internal static RenderRequest ReadRender(ReadOnlySpan<byte> body)
    {
        var request = new RenderRequest("");
        var wire = new WireReader("Render", body);
        while (wire.Next())
        {
            request = wire.Field switch
            {
                1 => request with { ContextJson = wire.Text() },
                2 => request with { Template = wire.Text() },
                3 => request with { Now = Instant(ref wire) },
                _ => throw wire.Unknown(),
            };
        }

        return request;
    }

    static DateTime Instant(ref WireReader wire)
        => wire.LongCount() is var ticks && ticks <= DateTime.MaxValue.Ticks ? new(ticks) : throw wire.Violation("the time is after the year 9999");

    internal static void WriteText(WireWriter wire, PrivateText text) => wire.Text(1, text);

    internal static PrivateText ReadText(ReadOnlySpan<byte> body)
    {
        PrivateText text = "";
        var wire = new WireReader("Text", body);
        while (wire.Next())
            text = wire.Field == 1 ? wire.Text() : throw wire.Unknown();
        return text;
    }
}
