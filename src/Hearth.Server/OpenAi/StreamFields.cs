using Hearth.Server.Access;
using Hearth.Server.Json;

namespace Hearth.Server.OpenAi;

/// <summary>Whether an answer is streamed, and whether its usage comes at the end of the stream.</summary>
static class StreamFields
{
    internal static (bool Stream, bool IncludeUsage) Read(RequestBody body)
    {
        var stream = body.Flag("stream");
        if (!stream && body.Has("stream_options"))
            throw Refusal.Invalid("stream_options", "'stream_options' belongs to requests with \"stream\": true.");
        return (stream, body.Object("stream_options")?.Flag("include_usage") ?? false);
    }
}
