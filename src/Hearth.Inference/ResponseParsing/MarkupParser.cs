using System.Buffers;
using Hearth.Inference.ResponseParsing.Syntax;

namespace Hearth.Inference.ResponseParsing;

/// <summary>Reads answers in which markers set reasoning and calls apart from content.</summary>
/// <remarks>
/// Text is let out up to the next place where a marker may begin. A block of calls is read from its marker whenever it has grown by an eighth, so that all
/// readings together take time in proportion to its length; it becomes calls only when it is complete and sound, and else is content like everything that
/// the model says. So nothing that was let out must ever be taken back.
/// </remarks>
sealed class MarkupParser : IResponseParser
{
    /// <summary>Characters that a block of calls may have; a longer one is content.</summary>
    const int LargestBlock = 1 << 20;

    readonly ResponseFormat _format;
    readonly OfferedTools _tools;
    readonly TextBuffer _held = new();
    readonly ResponseOutput _output = new();
    readonly SearchValues<char> _starts;
    readonly IReadOnlyList<CallBlock> _blocks;
    bool _isReasoning, _hasReasoned, _wasCutShort, _mayRepeatOpening;
    string _title = "";
    int _enough;

    /// <param name="format">How the model writes.</param>
    /// <param name="tools">What it may call.</param>
    /// <param name="startsReasoning">True: the answer starts inside the reasoning.</param>
    internal MarkupParser(ResponseFormat format, OfferedTools tools, bool startsReasoning)
    {
        (_format, _tools) = (format, tools);
        _blocks = tools.Count > 0 ? format.Calls : [];
        var reasoning = format.Reasoning is { } tags ? (string[])[tags.Open, tags.Close, .. tags.AnswerMarkers] : [];
        _starts = SearchValues.Create(string.Concat([.. reasoning.Select(m => m[..1]), .. _blocks.Select(b => b.IsBare ? b.Starts : b.Open[..1])]));
        if (startsReasoning)
            BeginReasoning();
        _mayRepeatOpening = startsReasoning;
    }

    public bool IsInContent => !_isReasoning;

    public string? IncompleteCall { get; private set; }

    public ResponsePiece Append(string piece, bool isLast)
    {
        _held.Append(piece);
        while (_held.Length > 0 && Advance(isLast))
        {
        }

        return _output.Take(isLast);
    }

    /// <summary>Understands the beginning of what is held; false where more text is needed for it.</summary>
    bool Advance(bool isLast)
    {
        if (_mayRepeatOpening)
            return SkipOpening(isLast);
        if (_title.Length > 0)
        {
            if (Take(_title) == Reading.More && !isLast)
                return false;
            _title = "";
            return true;
        }

        var next = _held.Text.IndexOfAny(_starts);
        if (next != 0)
            return Say(next < 0 ? _held.Length : next);
        var (marker, block) = (ReasoningMarker(), Reading.Wrong);
        if (marker != Reading.Done)
            block = Block(isLast);
        if (marker == Reading.Done || block == Reading.Done)
            return true;
        return (isLast || (marker == Reading.Wrong && block == Reading.Wrong)) && Say(1);
    }

    /// <summary>The prompt opened the reasoning; some models do so once more.</summary>
    bool SkipOpening(bool isLast)
    {
        var text = new TextCursor(_held.Text);
        text.SkipSpace();
        var reading = text.Expect(_format.Reasoning!.Open);
        if (reading == Reading.More && !isLast)
            return false;
        if (reading == Reading.Done)
            _held.Consume(text.Position);
        _mayRepeatOpening = false;
        return true;
    }

    Reading ReasoningMarker()
    {
        if (_format.Reasoning is not { } tags)
            return Reading.Wrong;
        if (_isReasoning)
        {
            var closing = Take(tags.Close);
            if (closing == Reading.Done)
                EndReasoning();
            return closing;
        }

        if (!_hasReasoned || (tags.MayReturn && !_output.HasSpoken))
        {
            var opening = _output.HasSpoken ? Reading.Wrong : Take(tags.Open);
            if (opening == Reading.Done)
                BeginReasoning();
            return opening;
        }

        return TakeAny(_wasCutShort ? [tags.Close, .. tags.AnswerMarkers] : tags.AnswerMarkers);
    }

    /// <summary>Reads a block of calls where one begins.</summary>
    Reading Block(bool isLast)
    {
        var result = Reading.Wrong;
        foreach (var block in _blocks)
        {
            if ((_isReasoning && (block.IsWeak || !_format.Reasoning!.MayCall)) || (block.OnlyFirst && _output.HasSpoken))
                continue;
            var opening = block.IsBare ? block.Starts.Contains(_held.Text[0]) ? Reading.Done : Reading.Wrong : new TextCursor(_held.Text).Expect(block.Open);
            if (opening == Reading.Done)
                return _held.Length >= _enough || isLast ? Read(block, isLast) : Reading.More;
            if (opening == Reading.More)
                result = opening;
        }

        return result;
    }

    Reading Read(CallBlock block, bool isLast)
    {
        var window = _held.Text[..Math.Min(_held.Length, LargestBlock)];
        var text = new TextCursor(window);
        var found = new FoundCalls(_tools, block.IsWeak);
        var reading = block.Read(ref text, found, isLast);
        if (reading == Reading.More && !isLast && window.Length < LargestBlock)
        {
            _enough = _held.Length + (_held.Length / 8) + 1;
            return reading;
        }

        _enough = 0;
        if (reading == Reading.Done)
            Call(found, text.Position);
        else if (reading == Reading.Wrong)
            Say(Math.Max(Math.Max(block.Open.Length, 1), text.Position));
        else if (window.Length < LargestBlock)
            Cut(found);
        else
            Say(LargestBlock);
        return Reading.Done;
    }

    /// <summary>The answer ends inside a block: calls that are complete count, and one that had begun is reported.</summary>
    void Cut(FoundCalls found)
    {
        if (found.All.Count > 0 || found.Begun is not null)
            Call(found, found.Begun is null ? Math.Max(found.End, 0) : _held.Length);
        IncompleteCall = found.Begun;
        if (_held.Length > 0 && found.Begun is null)
            Say(_held.Length);
    }

    void Call(FoundCalls found, int length)
    {
        if (_isReasoning)
        {
            EndReasoning();
            _wasCutShort = true;
        }

        _output.Calls(found.All);
        _held.Consume(length);
    }

    void BeginReasoning()
    {
        (_isReasoning, _hasReasoned, _title) = (true, true, _format.Reasoning!.Title);
        _output.BeginBlock();
    }

    void EndReasoning()
    {
        _isReasoning = false;
        _output.EndReasoning();
    }

    /// <summary>Consumes a marker where it stands; <see cref="Reading.More"/> where only its beginning does.</summary>
    Reading Take(string marker)
    {
        var reading = new TextCursor(_held.Text).Expect(marker);
        if (reading == Reading.Done)
            _held.Consume(marker.Length);
        return reading;
    }

    Reading TakeAny(IReadOnlyList<string> markers)
    {
        var result = Reading.Wrong;
        foreach (var marker in markers)
        {
            var reading = Take(marker);
            if (reading == Reading.Done)
                return reading;
            if (reading == Reading.More)
                result = reading;
        }

        return result;
    }

    /// <summary>The next characters are nothing but what the model says.</summary>
    bool Say(int count)
    {
        var text = _held.Text[..count];
        if (_isReasoning)
            _output.Reasoning(text);
        else
            _output.Text(text);
        _held.Consume(count);
        return true;
    }
}
