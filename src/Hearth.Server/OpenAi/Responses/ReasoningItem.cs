namespace Hearth.Server.OpenAi.Responses;

/// <summary>What the model thinks before it says something. Clients show it as a summary; here it is all that was thought.</summary>
/// <param name="index">Its place in the output.</param>
/// <param name="tell">Is told of every step.</param>
sealed class ReasoningItem(int index, Tell tell) : TextItem("reasoning", "rs_", Part, index, tell)
{
    static readonly TextPart Part = new("summary", "summary_index", "summary_text", "response.reasoning_summary_part", "response.reasoning_summary_text");

    internal Task AddAsync(string text) => AddAsync(text, _ => { });
}
