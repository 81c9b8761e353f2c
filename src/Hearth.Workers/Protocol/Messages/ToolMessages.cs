using Hearth.Requests.Chat;

namespace Hearth.Workers.Protocol.Messages;

/// <summary>Tools that are offered, and calls of them.</summary>
static class ToolMessages
{
    internal static void Write(WireWriter wire, ToolDefinition tool)
    {
        wire.Text(1, tool.Name);
        wire.OptionalText(2, tool.Description);
        wire.Text(3, tool.ParametersJson);
    }

    internal static ToolDefinition ReadTool(ReadOnlySpan<byte> body)
    {
        var tool = new ToolDefinition("", null, "");
        var wire = new WireReader("ToolDefinition", body);
        while (wire.Next())
        {
            tool = wire.Field switch
            {
                1 => tool with { Name = wire.Text() },
                2 => tool with { Description = wire.Text() },
                3 => tool with { ParametersJson = wire.Text() },
                _ => throw wire.Unknown(),
            };
        }

        return tool;
    }

    internal static void Write(WireWriter wire, ToolCall call)
    {
        wire.Text(1, call.Id);
        wire.Text(2, call.Name);
        wire.Text(3, call.ArgumentsJson);
    }

    internal static ToolCall ReadCall(ReadOnlySpan<byte> body)
    {
        var call = new ToolCall("", "", "");
        var wire = new WireReader("ToolCall", body);
        while (wire.Next())
        {
            call = wire.Field switch
            {
                1 => call with { Id = wire.Text() },
                2 => call with { Name = wire.Text() },
                3 => call with { ArgumentsJson = wire.Text() },
                _ => throw wire.Unknown(),
            };
        }

        return call;
    }

    /// <summary>One more call of a list.</summary>
    internal static void AddCall(ref WireReader wire, List<ToolCall> calls)
    {
        if (calls.Count >= Limits.Tools)
            throw wire.Violation($"there are more than {Limits.Tools} tool calls");
        calls.Add(ReadCall(wire.RepeatedMessage()));
    }
}
