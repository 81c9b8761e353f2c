using Hearth.Requests.Chat;
using Hearth.Requests.Events;
using Hearth.Server.Json;
using Hearth.Server.Routes;
using Hearth.Server.Serving;

namespace Hearth.Server.Ollama;

/// <summary>Answers to conversations and prompts: streamed a line at a time, or whole. Without either the model is loaded, or given up.</summary>
static class Answers
{
    internal static async Task HandleAsync(Call call, Func<RequestBody, Prompt?> readPrompt, WriteSaid writeSaid)
    {
        var body = await call.ReadBodyAsync();
        var request = AnswerRequest.Read(body, readPrompt(body));
        var begun = call.Service.Clock.GetTimestamp();
        if (request.Asked is null && request.Use.KeepAlive == TimeSpan.Zero)
        {
            var entry = call.Service.Models.Find(request.Model, call.Principal);
            await call.Service.Models.GiveUpAsync(entry, call.Principal);
            await call.WriteJsonAsync(json => new AnswerWriter(call.Service.Clock, begun, entry.Name, writeSaid).WriteNothing(json, "unload"));
            return;
        }

        using var lease = await request.Use.TakeAsync(call, request.Model);
        var writer = new AnswerWriter(call.Service.Clock, begun, lease.Name, writeSaid);
        if (request.Asked is not { } asked)
            await call.WriteJsonAsync(json => writer.WriteNothing(json, "load"));
        else if (request.Stream)
            await StreamAsync(call, lease, asked, writer);
        else
            await AnswerAsync(call, lease, asked, writer);
    }

    static async Task AnswerAsync(Call call, ModelLease lease, AskedAnswer asked, AnswerWriter writer)
    {
        var answer = await Answering.GatherAsync(call, lease, asked);
        var texts = await TokenTexts.OfAsync(lease.Model, answer.LogProbabilities, call.CancellationToken);
        await call.WriteJsonAsync(json => writer.WriteWhole(json, answer, texts));
    }

    static async Task StreamAsync(Call call, ModelLease lease, AskedAnswer asked, AnswerWriter writer)
    {
        await foreach (var said in Answering.AskAsync(call, lease, asked, 0, call.CancellationToken))
        {
            if (!AnswerWriter.HasLine(said))
                continue;
            var texts = await TokenTexts.OfAsync(lease.Model, said is Delta delta ? delta.LogProbabilities : [], call.CancellationToken);
            if (!call.Stream.HasBegun)
                call.Stream.Begin("application/x-ndjson");
            await call.Stream.SendLineAsync(json => writer.WriteLine(json, said, texts));
        }
    }
}
