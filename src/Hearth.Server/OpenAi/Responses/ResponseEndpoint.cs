using Hearth.Requests.Events;
using Hearth.Server.Routes;
using Hearth.Server.Serving;

namespace Hearth.Server.OpenAi.Responses;

/// <summary><c>POST /v1/responses</c>. Nothing is stored: a conversation that goes on is sent again.</summary>
static class ResponseEndpoint
{
    internal static async Task HandleAsync(Call call)
    {
        var request = ResponseRequest.Read(await call.ReadBodyAsync());
        using var lease = await call.UseModelAsync(request.Model);
        var writer = new ResponseWriter(request, lease, call.Service.Clock);
        if (request.Stream)
            await StreamAsync(call, lease, request, writer);
        else
            await AnswerAsync(call, lease, request, writer);
    }

    static async Task AnswerAsync(Call call, ModelLease lease, ResponseRequest request, ResponseWriter writer)
    {
        var output = new ResponseOutput((_, _) => Task.CompletedTask);
        Completed? completed = null;
        await foreach (var said in Answering.AskAsync(call, lease, request.Asked, 0, call.CancellationToken))
        {
            await AddAsync(call, lease, output, said);
            completed = said as Completed ?? completed;
        }

        await call.WriteJsonAsync(json => writer.Write(json, output, completed!));
    }

    static async Task StreamAsync(Call call, ModelLease lease, ResponseRequest request, ResponseWriter writer)
    {
        var events = new ResponseEvents(call.Stream, writer);
        var output = new ResponseOutput(events.SendAsync);
        call.TellFailureAsync = refusal => events.FailAsync(output, refusal);
        await foreach (var said in Answering.AskAsync(call, lease, request.Asked, 0, call.CancellationToken))
        {
            // Nothing is sent before the request is admitted: until then it can still be refused with a status of its own.
            if (said is Admitted)
                await events.BeginAsync(output);
            await AddAsync(call, lease, output, said);
            if (said is Completed completed)
                await events.EndAsync(output, completed);
        }
    }

    static async Task AddAsync(Call call, ModelLease lease, ResponseOutput output, GenerationEvent said)
    {
        if (said is Delta delta)
            await output.AddAsync(delta, await TokenTexts.OfAsync(lease.Model, delta.LogProbabilities, call.CancellationToken));
        if (said is Completed completed)
            await output.EndAsync(ResponseWriter.IsWhole(completed));
    }
}
