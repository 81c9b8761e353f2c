using Hearth.Requests;
using Hearth.Requests.Chat;

namespace Hearth.Cli.Chat;

/// <summary>The messages so far. They live in memory only, until the user saves them.</summary>
sealed class Conversation
{
    readonly List<ChatMessage> _messages = [];

    /// <summary>The system message; null leaves it to the chat template.</summary>
    internal PrivateText? System { get; set; }

    /// <summary>Messages of user and model in turn, without the system message.</summary>
    internal IReadOnlyList<ChatMessage> Messages => _messages;

    /// <summary>Everything that a model is to see, with further messages at the end.</summary>
    internal List<ChatMessage> With(params ReadOnlySpan<ChatMessage> further)
        => [.. System is { } system ? (ChatMessage[])[new("system", system)] : [], .. _messages, .. further];

    internal void Add(PrivateText user, PrivateText assistant)
    {
        _messages.Add(new("user", user));
        _messages.Add(new("assistant", assistant));
    }

    internal void Clear() => _messages.Clear();

    /// <summary>Puts others in the place of all messages.</summary>
    internal void Replace(IEnumerable<ChatMessage> messages)
    {
        var others = messages.ToList();
        _messages.Clear();
        _messages.AddRange(others);
    }
}
