using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Hearth.Cli.Terminals;

/// <summary>What stands behind the three standard streams.</summary>
/// <param name="Input">Standard input is a terminal.</param>
/// <param name="Output">Standard output is a terminal.</param>
/// <param name="Error">Standard error is a terminal.</param>
/// <param name="Color">Escape sequences for colours and weights are welcome (a terminal, and NO_COLOR is not set).</param>
/// <param name="Width">Columns at this moment.</param>
/// <param name="Height">Lines at this moment.</param>
sealed record TerminalTraits(bool Input, bool Output, bool Error, bool Color, Func<int> Width, Func<int> Height);

/// <summary>The three standard streams as UTF-8 text, written at once and without a byte-order mark.</summary>
sealed class Terminal(Stream input, Stream output, Stream error, TerminalTraits traits)
{
    // EPIPE, which .NET hands on as it is.
    const int BrokenPipe = 32;

    static readonly UTF8Encoding Utf8 = new(false);
    static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal Stream Input => input;

    /// <summary>Standard output as it is: for bytes that are no text for people.</summary>
    internal Stream Output => output;

    internal bool InputIsTerminal => traits.Input;

    internal bool OutputIsTerminal => traits.Output;

    internal bool ErrorIsTerminal => traits.Error;

    internal bool Color => traits.Color;

    /// <summary>Columns of the terminal at this moment, at least 20.</summary>
    internal int Width => Math.Max(20, traits.Width());

    /// <summary>Lines of the terminal at this moment, at least 4.</summary>
    internal int Height => Math.Max(4, traits.Height());

    internal void Write(string text)
    {
        try
        {
            Write(output, text);
        }
        catch (IOException e) when (e.HResult == BrokenPipe)
        {
            throw new OutputClosedException(e);
        }
    }

    /// <summary>A text for people. Where standard error is gone too, there is no place left to say so.</summary>
    internal void WriteError(string text)
    {
        try
        {
            Write(error, text);
        }
        catch (IOException)
        {
        }
    }

    /// <summary>One JSON object on one line; the callback writes its members.</summary>
    internal void WriteJson(Action<Utf8JsonWriter> members)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json, Readable))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        Write($"{Utf8.GetString(json.WrittenSpan)}\n");
    }

    static void Write(Stream stream, string text)
    {
        stream.Write(Utf8.GetBytes(text));
        stream.Flush();
    }
}
