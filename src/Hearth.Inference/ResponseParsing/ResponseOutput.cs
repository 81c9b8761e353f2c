using System.Text;

namespace Hearth.Inference.ResponseParsing;

/// <summary>
/// Collects what an answer says, without the white space that only keeps its parts apart: around reasoning, and around calls where nothing is said on
/// that side of them. White space is held until it is clear what follows.
/// </summary>
sealed class ResponseOutput
{
    readonly StringBuilder _text = new(), _space = new(), _reasoning = new(), _reasoningSpace = new();
    readonly List<FoundCall> _calls = [];
    bool _isAfterBlock, _hasReasoned;

    /// <summary>True once content other than white space was seen.</summary>
    internal bool HasSpoken { get; private set; }

    /// <summary>Something else than content begins.</summary>
    internal void BeginBlock()
    {
        if (!HasSpoken)
            _space.Clear();
        _isAfterBlock = true;
    }

    internal void Text(ReadOnlySpan<char> text)
    {
        var solid = text.TrimEnd();
        if (!solid.IsEmpty)
        {
            if (HasSpoken || !_isAfterBlock)
                _text.Append(_space).Append(solid);
            else
                _text.Append(solid.TrimStart());
            _space.Clear();
            (HasSpoken, _isAfterBlock) = (true, false);
        }

        _space.Append(text[solid.Length..]);
    }

    internal void Reasoning(ReadOnlySpan<char> text)
    {
        BeginBlock();
        var solid = text.TrimEnd();
        if (!solid.IsEmpty)
        {
            if (_hasReasoned)
                _reasoning.Append(_reasoningSpace).Append(solid);
            else
                _reasoning.Append(solid.TrimStart());
            _reasoningSpace.Clear();
            _hasReasoned = true;
        }

        _reasoningSpace.Append(text[solid.Length..]);
    }

    /// <summary>One stretch of reasoning is over; the next begins on a line of its own.</summary>
    internal void EndReasoning()
    {
        BeginBlock();
        _reasoningSpace.Clear();
        _reasoningSpace.Append('\n');
    }

    internal void Calls(IReadOnlyList<FoundCall> calls)
    {
        BeginBlock();
        _calls.AddRange(calls);
    }

    /// <summary>What has come since the last time.</summary>
    internal ResponsePiece Take(bool isLast)
    {
        if (isLast && !_isAfterBlock)
            _text.Append(_space);
        var piece = new ResponsePiece(_text.ToString(), _reasoning.ToString(), _calls.Count == 0 ? [] : _calls.ToArray());
        _text.Clear();
        _reasoning.Clear();
        _calls.Clear();
        return piece;
    }
}
