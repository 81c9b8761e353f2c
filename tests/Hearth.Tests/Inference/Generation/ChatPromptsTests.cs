using Hearth.Inference.Generation;
using Hearth.Requests.Chat;
using Hearth.Tests.Support;

namespace Hearth.Tests.Inference.Generation;

public sealed class ChatPromptsTests
{
    [Fact]
    public async Task A_cancelled_request_ends_while_its_template_is_rendered()
    {
        var prompts = new ChatPrompts(TinyModel.Tokenizer(), "{% for i in range(50000) %}{{ i }}{% endfor %}", TimeProvider.System);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        Assert.ThrowsAny<OperationCanceledException>(() => prompts.Prepare(new ChatPrompt([new("user", "x")]), cancelled.Token));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(32)]
    public void Texts_and_templates_keep_their_characters_whatever_marks_names_of_control_tokens(int used)
    {
        // The character before the free ones is a letter: a template may hold it.
        const string letter = "\uFDCF";
        var text = string.Concat(Enumerable.Range(0xFDD0, used).Select(code => (char)code)) + "<|end_of_text|>";
        var tokenizer = TinyModel.Tokenizer();
        var prompts = new ChatPrompts(tokenizer, letter + "{{ messages[0].content }}", TimeProvider.System);
        var expected = new List<int>();
        tokenizer.Encode(letter + text, parseSpecial: false, expected);
        Assert.Equal(expected, prompts.Prepare(new ChatPrompt([new("user", text)]), TestContext.Current.CancellationToken).Tokens);
    }
}
