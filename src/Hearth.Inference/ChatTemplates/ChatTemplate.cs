using System.Text.Json;
using Hearth.Inference.ChatTemplates.Rendering;
using Hearth.Inference.ChatTemplates.Syntax;
using Hearth.Inference.ChatTemplates.Values;

namespace Hearth.Inference.ChatTemplates;

/// <summary>
/// The program that turns a conversation into the text a model was trained on, in the subset of the Jinja language that models come with,
/// with the environment of Hugging Face's <c>apply_chat_template</c>: blocks are trimmed, nothing is escaped, lists and objects can't be changed.
/// </summary>
/// <remarks>
/// An interpreter of our own, since a template is code of a stranger: it knows the values of <see cref="Value"/> and nothing of the
/// host, it has no files and no includes, and everything it does is paid for out of a <see cref="Budget"/>.
/// </remarks>
sealed class ChatTemplate
{
    readonly Statement[] _body;
    readonly TemplateLimits _limits;

    ChatTemplate(Statement[] body, TemplateLimits limits) => (_body, _limits) = (body, limits);

    /// <summary>Reads a template's source.</summary>
    /// <exception cref="ChatTemplateException">The source is no template of the supported language, or goes over a limit.</exception>
    internal static ChatTemplate Parse(string source, TemplateLimits? limits = null)
    {
        limits ??= TemplateLimits.Default;
        if (source.Length > limits.SourceLength)
            throw new ChatTemplateException($"The chat template has {source.Length} characters; at most {limits.SourceLength} are accepted.");
        var budget = new Budget(limits, default);
        return new(new Parser(Lexer.Tokens(source, budget), budget).Template(), limits);
    }

    /// <summary>Renders the template.</summary>
    /// <param name="context">A JSON object: the variables that the template sees (<c>messages</c>, <c>tools</c>, <c>add_generation_prompt</c>, …).</param>
    /// <param name="now">What <c>strftime_now</c> says.</param>
    /// <param name="cancellation">Stops the rendering.</param>
    /// <exception cref="ChatTemplateException">The template fails, refuses the context or goes over a limit.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    internal string Render(JsonElement context, DateTime now, CancellationToken cancellation = default)
    {
        var budget = new Budget(_limits, cancellation);
        return new Interpreter(budget, now).Render(_body, ContextReader.Read(context, budget));
    }
}
