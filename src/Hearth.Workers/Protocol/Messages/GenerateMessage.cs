using Hearth.Requests;
using Hearth.Requests.Chat;

namespace Hearth.Workers.Protocol.Messages;

/// <summary>A request for an answer, with the number of pieces that may come unasked.</summary>
readonly record struct GenerateMessage(int Credit, GenerationRequest Request)
{
    static readonly TokenPrompt NoPrompt = new([]);

    internal static void Write(WireWriter wire, GenerateMessage message)
    {
        var request = message.Request;
        wire.Count(1, message.Credit);
        PromptMessages.Write(wire, request.Prompt);
        wire.OptionalSigned(5, request.MaxTokens);
        wire.Message(6, request.Sampling, SamplingMessage.Write);
        foreach (var stop in request.Stop)
            wire.OptionalText(7, stop);
        wire.OptionalSigned(8, request.LogProbabilities);
        wire.Flag(9, request.IgnoreEndOfText);
        wire.Bytes(10, request.CacheScope.Span);
        wire.Flag(11, !request.UseCache);
        if (request.Constraint is { } constraint)
            wire.Message(12, constraint, ConstraintMessage.Write);
    }

    internal static GenerateMessage Read(ReadOnlySpan<byte> body)
    {
        var (credit, request, stop) = (0, new GenerationRequest(NoPrompt), new List<PrivateText>());
        var wire = new WireReader("Generate", body);
        while (wire.Next())
        {
            switch (wire.Field)
            {
                case 1: credit = wire.Count(Limits.Credit); break;
                case 2 or 3 or 4 when !ReferenceEquals(request.Prompt, NoPrompt): throw wire.Violation("there are two prompts");
                case 2: request = request with { Prompt = PromptMessages.ReadChat(wire.Bytes()) }; break;
                case 3: request = request with { Prompt = PromptMessages.ReadText(wire.Bytes()) }; break;
                case 4: request = request with { Prompt = PromptMessages.ReadTokens(wire.Bytes()) }; break;
                case 5: request = request with { MaxTokens = wire.Signed() }; break;
                case 6: request = request with { Sampling = SamplingMessage.Read(wire.Bytes()) }; break;
                case 7 when stop.Count < Limits.StopTexts: stop.Add(wire.RepeatedText()); break;
                case 7: throw wire.Violation($"there are more than {Limits.StopTexts} stop texts");
                case 8: request = request with { LogProbabilities = wire.Signed() }; break;
                case 9: request = request with { IgnoreEndOfText = wire.Flag() }; break;
                case 10: request = request with { CacheScope = Scope(ref wire) }; break;
                case 11: request = request with { UseCache = !wire.Flag() }; break;
                case 12: request = request with { Constraint = ConstraintMessage.Read(wire.Bytes()) }; break;
                default: throw wire.Unknown();
            }
        }

        return ReferenceEquals(request.Prompt, NoPrompt)
            ? throw wire.Violation("there is no prompt")
            : new(credit, request with { Stop = stop });
    }

    static byte[] Scope(ref WireReader wire)
        => wire.Bytes() is { Length: Limits.ScopeBytes } scope
            ? scope.ToArray()
            : throw wire.Violation($"a cache scope has {Limits.ScopeBytes} bytes or none");
}
