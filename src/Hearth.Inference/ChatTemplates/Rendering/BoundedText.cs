using System.Text;

namespace Hearth.Inference.ChatTemplates.Rendering;

/// <summary>A text that grows and pays for every character before it is there.</summary>
sealed class BoundedText(Budget budget, long limit = long.MaxValue)
{
    readonly StringBuilder _text = new();

    internal int Length => _text.Length;

    internal BoundedText Append(string text)
    {
        Pay(text.Length);
        _text.Append(text);
        return this;
    }

    internal BoundedText Append(ReadOnlySpan<char> text)
    {
        Pay(text.Length);
        _text.Append(text);
        return this;
    }

    internal BoundedText Append(char character, int count = 1)
    {
        Pay(count);
        _text.Append(character, count);
        return this;
    }

    /// <summary>The whole text.</summary>
    public override string ToString()
    {
        budget.Text(_text.Length);
        return _text.ToString();
    }

    void Pay(int length)
    {
        if (_text.Length + (long)length > limit)
            throw new ChatTemplateException($"the template writes more than {limit} characters");
        // A builder that grows doubles, so its chunks hold up to twice what is written.
        budget.Allocate(4L * length);
        budget.Work(length);
    }
}
