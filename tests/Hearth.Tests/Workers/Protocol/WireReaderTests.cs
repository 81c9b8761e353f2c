using CsCheck;
using Hearth.Requests;
using Hearth.Workers.Protocol;
using Hearth.Workers.Protocol.Messages;

namespace Hearth.Tests.Workers.Protocol;

/// <summary>Bodies that no honest end writes.</summary>
public sealed class WireReaderTests
{
    /// <summary>What is wrong, the bytes, and a part of the rule that is named.</summary>
    static readonly Dictionary<string, (Action Read, string Rule)> Cases = new()
    {
        ["a field that is not in the contract"] = (() => TextMessages.ReadTokenize([0x18, 1]), "field 3 is not in the contract"),
        ["a field number of zero"] = (() => TextMessages.ReadTokenize([0x00, 1]), "field 0 after field 0"),
        ["a field that descends"] = (() => TextMessages.ReadTokenize([0x10, 1, 0x0A, 0]), "field 1 after field 2"),
        ["a singular field that comes twice"] = (() => TextMessages.ReadTokenize([0x0A, 0, 0x0A, 0]), "field 1 comes twice"),
        ["a wrong wire type"] = (() => TextMessages.ReadTokenize([0x08, 1]), "wire type 0; 2 is in the contract"),
        ["a text longer than the message"] = (() => TextMessages.ReadTokenize([0x0A, 5, 65]), "claims 5 bytes, but 1 are left"),
        ["a text of 2^63 bytes"] = (() => TextMessages.ReadTokenize([0x0A, .. Enumerable.Repeat((byte)0xFF, 9), 1]), "but 0 are left"),
        ["a text that is no UTF-8"] = (() => TextMessages.ReadTokenize([0x0A, 2, 0xC3, 0x28]), "not valid UTF-8"),
        ["a text with an encoded surrogate"] = (() => TextMessages.ReadTokenize([0x0A, 3, 0xED, 0xA0, 0x80]), "not valid UTF-8"),
        ["an overlong encoding"] = (() => TextMessages.ReadTokenize([0x0A, 2, 0xC0, 0x80]), "not valid UTF-8"),
        ["a name that is too long"] = (() => HelloAck.Read([0x12, 0x81, 0x08, .. new byte[1025]]), "1025 bytes; 1024 is the most"),
        ["a flag of two"] = (() => TextMessages.ReadTokenize([0x10, 2]), "field 2 is 2; 1 is the most"),
        ["a number of eleven bytes"] = (() => Hello.Read([0x08, .. Enumerable.Repeat((byte)0x80, 10), 1]), "more than 64 bits"),
        ["a number above 64 bits"] = (() => Hello.Read([0x08, .. Enumerable.Repeat((byte)0xFF, 9), 2]), "more than 64 bits"),
        ["a number that ends too early"] = (() => Hello.Read([0x08, 0x80]), "ends too early"),
        ["a count above 31 bits"] = (() => Hello.Read([0x08, 0x80, 0x80, 0x80, 0x80, 0x08]), "2147483647 is the most"),
        ["a signed number above 32 bits"] = (() => InspectionMessages.ReadContextLength([0x08, 0x80, 0x80, 0x80, 0x80, 0x20]), "it has 32 bits"),
        ["packed numbers that end inside one"] = (() => TextMessages.ReadTokens([0x0A, 2, 1, 0x80]), "ends inside a number"),
        ["a packed number above 31 bits"] = (() => TextMessages.ReadTokens([0x0A, 5, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F]), "31 bits"),
        ["numbers that are not packed"] = (() => TextMessages.ReadTokens([0x08, 1]), "wire type 0"),
        ["floats of three bytes"] = (() => NumberMessages.ReadRow([0x0A, 3, 0, 0, 0]), "numbers of 4 bytes"),
        ["a float of two bytes"] = (() => SamplingMessage.Read([0x0D, 0, 0]), "4 bytes are needed, but 2 are left"),
        ["an unknown enum value"] = (() => LoadMessages.ReadOptions([0x10, 2]), "field 2 is 2; 1 is the most"),
        ["layers without end"] = (() => WorkMessages.Read([0x08, 0x81, 0x80, 0x04]), "field 1 is 65537; 65536 is the most"),
        ["a width without end"] = (() => WorkMessages.Read([0x10, 0x81, 0x80, 0x40]), "field 2 is 1048577; 1048576 is the most"),
        ["threads without end"] = (() => MachineMessages.ReadSpeed([0x10, 0x81, 0x80, 0x04]), "field 2 is 65537; 65536 is the most"),
        ["more memory than can be added up"] = (() => MachineMessages.ReadSpeed([0x18, .. Enumerable.Repeat((byte)0xFF, 8), 0x7F]), $"{1L << 60} is the most"),
        ["an adapter too many"] = (() => LoadMessages.ReadOptions([.. Enumerable.Repeat<byte[]>([0x42, 0], 65).SelectMany(b => b)]), "more than 64 adapters"),
        ["an adapter whose scale is no number"] = (() => LoadMessages.ReadOptions([0x42, 5, 0x15, 0, 0, 0xC0, 0x7F]), "the scale is NaN"),
        ["an adapter without end"] = (() => LoadMessages.ReadOptions([0x42, 5, 0x15]), "claims 5 bytes, but 1 are left"),
        ["an adapter whose name is too long"] = (() => LoadMessages.ReadOptions([0x42, 0x84, 0x08, 0x0A, 0x81, 0x08, .. new byte[1025]]), "1025 bytes; 1024 is the most"),
        ["an adapter's field that is not in the contract"] = (() => LoadMessages.ReadOptions([0x42, 2, 0x18, 1]), "Adapter: field 3 is not in the contract"),
        ["an adapter whose alpha is infinite"] = (() => InspectionMessages.ReadInspection([0x52, 5, 0x35, 0, 0, 0x80, 0x7F]), "alpha is "),
        ["an adapter of more matrices than a file has"] = (() => InspectionMessages.ReadInspection([0x52, 4, 0x18, 0x81, 0x80, 0x04]), "65537; 65536 is the most"),
        ["more done than there is"] = (() => LoadMessages.ReadProgress([0x08, 2, 0x10, 1]), "2 of 1 bytes"),
        ["no prompt"] = (() => GenerateMessage.Read([0x08, 1]), "no prompt"),
        ["two prompts"] = (() => GenerateMessage.Read([0x12, 0, 0x1A, 0]), "two prompts"),
        ["too much credit"] = (() => GenerateMessage.Read([0x08, 0x81, 0x20]), "field 1 is 4097; 4096 is the most"),
        ["a scope of 31 bytes"] = (() => GenerateMessage.Read([0x12, 0, 0x52, 31, .. new byte[31]]), "32 bytes or none"),
        ["a token with two biases"] = (() => SamplingMessage.Read([0x52, 2, 2, 2, 0x5A, 8, .. new byte[8]]), "two biases"),
        ["a bias without a token"] = (() => SamplingMessage.Read([0x5A, 4, .. new byte[4]]), "0 tokens have 1 biases"),
        ["a piece that carries nothing"] = (() => DeltaMessage.Read([]), "carries nothing"),
        ["a log-probability without a token"] = (() => DeltaMessage.Read([0x0A, 1, 65, 0x1A, 4, 0, 0, 0, 0, 0x22, 1, 0]), "0 tokens have 1 log-probabilities"),
        ["likely tokens that nobody counts"] = (() => DeltaMessage.Read([0x12, 1, 1, 0x2A, 1, 7, 0x32, 4, 0, 0, 0, 0]), "lists of likely tokens"),
        ["too many tokens in a piece"] = (() => DeltaMessage.Read([0x12, 0x81, 0x20, .. new byte[4097]]), "4097 numbers; 4096 is the most"),
        ["a tensor of nine dimensions"] = (() => InspectionMessages.ReadInspection([0x22, 11, 0x1A, 9, .. new byte[9]]), "9 numbers; 8 is the most"),
        ["a tensor without a name"] = (() => InspectionMessages.ReadInspection([0x22, 0]), "lacks its name"),
        ["a figure that is not finite"] = (() => NumberMessages.ReadMeasured([0x19, 0, 0, 0, 0, 0, 0, 0xF8, 0x7F]), "not finite"),
        ["a failure with an unknown code"] = (() => FailureMessage.Read([0x08, 10]), "field 1 is 10; 9 is the most"),
        ["a time after the year 9999"] = (() => TextMessages.ReadRender([0x18, .. Enumerable.Repeat((byte)0xFF, 8), 0x7F]), "year 9999"),
        ["a body where none belongs"] = (() => StateMessages.ReadNothing("End", [0x08, 1]), "End: field 1"),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory, MemberData(nameof(Names))]
    public void It_is_refused_and_the_rule_is_named(string name)
        => Assert.Contains(Cases[name].Rule, Assert.Throws<ProtocolException>(Cases[name].Read).Message, StringComparison.Ordinal);

    [Fact]
    public void Words_of_a_worker_cannot_steer_the_terminal()
    {
        var wire = new WireWriter();
        var frame = FrameWriter.Encode(wire, FrameKind.Failed, 1, new EngineException(default, "a\u001B[2Jb\nc", "\u0007"), FailureMessage.Write);
        var failure = FailureMessage.Read(frame[Frame.HeaderBytes..]);

        Assert.Equal(("a\uFFFD[2Jb\nc", "\uFFFD"), (failure.Message, failure.Expected));
    }

    [Fact]
    public void Bytes_without_meaning_are_read_or_refused_but_nothing_else()
        => Gen.Byte.Array[0, 60].Sample(bytes =>
        {
            foreach (var read in (Action<byte[]>[])[
                b => GenerateMessage.Read(b), b => DeltaMessage.Read(b), b => InspectionMessages.ReadInspection(b), b => FailureMessage.Read(b), b => LoadMessages.ReadLoaded(b)])
            {
                try
                {
                    read(bytes);
                }
                catch (ProtocolException)
                {
                    // The only way to refuse.
                }
            }
        }, iter: 20_000);
}
