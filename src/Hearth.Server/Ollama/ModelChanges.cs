using System.Text;
using System.Text.Json;
using Hearth.Models;
using Hearth.Models.Import.Ollama;
using Hearth.Server.Access;
using Hearth.Server.Json;
using Hearth.Server.Routes;
using Hearth.Server.Serving;

namespace Hearth.Server.Ollama;

/// <summary><c>/api/copy</c>, <c>/api/create</c> and <c>/api/delete</c>: the list of models, changed as 'hearth models' does it. Copies share their files, and a model is only made of one that is here.</summary>
static class ModelChanges
{
    /// <summary>What a model may not be made with: its file has its own template and its own form, and its licence stays.</summary>
    static readonly string[] NotDone = ["adapters", "template", "license", "messages", "quantize", "renderer", "parser", "modelfile", "path"];

    internal static async Task CopyAsync(Call call)
    {
        var body = await call.ReadBodyAsync();
        var model = call.Service.Models.Find(body.Text("source"), call.Principal);
        await CopyAsync(call, model, body.Text("destination"), "destination", model.Defaults);
    }

    internal static async Task DeleteAsync(Call call)
    {
        var model = call.Service.Models.Find(OllamaFields.Model(await call.ReadBodyAsync()), call.Principal);
        await DoneAsync(() => call.Service.Store.RemoveAsync(model.Name, call.CancellationToken));
        await call.Service.Models.GiveUpAsync(model, call.Principal);
    }

    internal static async Task CreateAsync(Call call)
    {
        var body = await call.ReadBodyAsync();
        OllamaFields.Refuse(body, NotDone);
        var model = body.OptionalText("from") is { Length: > 0 } name ? call.Service.Models.Find(name, call.Principal) : OfFiles(call, body);
        await CopyAsync(call, model, OllamaFields.Model(body), "model", Defaults(model, body));
        await StatusLines.SendAsync(call, OllamaFields.Stream(body), new StatusLines.Line("writing the list of models"));
    }

    /// <summary>The model whose files these are.</summary>
    static ModelEntry OfFiles(Call call, RequestBody body)
    {
        var files = body.Object("files") ?? throw Refusal.Invalid("from", "'from' is missing; the name of a model that is here belongs there.");
        var digests = files.Element.EnumerateObject().Select(file => Blobs.Digest(file.Value.ValueKind == JsonValueKind.String ? file.Value.GetString()! : "", "files")).ToHashSet();
        return call.Service.Models.ListFor(call.Principal).FirstOrDefault(model => digests.SetEquals(model.Files.Select(file => file.Sha256 ?? "")))
            ?? throw Refusal.Invalid("files", "'files' are not those of a model that is here. 'hearth models import FILE' adds a model on the machine itself.");
    }

    /// <summary>The settings of the model that it is made from, and what the request has of its own.</summary>
    static Dictionary<string, IReadOnlyList<string>> Defaults(ModelEntry model, RequestBody body)
    {
        var defaults = model.Defaults.ToDictionary();
        if (body.OptionalText("system") is { Length: > 0 } system)
            defaults["system"] = [system];
        if (body.Object("parameters") is { } parameters)
        {
            var (settings, unknown) = Settings(parameters);
            if (unknown.Count > 0)
                throw Refusal.Unsupported("parameters", $"'parameters' has {unknown.Count} that are not supported here. Those that are: {string.Join(", ", OllamaParameters.Names.Keys)}.");
            if (settings.GetValueOrDefault("context") is [var text] && long.TryParse(text, out var context) && model.Facts is { ContextLength: > 0 and var most } && context > most)
                throw Refusal.Invalid("parameters.num_ctx", $"'parameters.num_ctx' is {context}, and the model was made for {most}.");
            foreach (var (name, texts) in settings)
                defaults[name] = texts;
        }

        return defaults;
    }

    static (IReadOnlyDictionary<string, IReadOnlyList<string>> Settings, IReadOnlyList<string> Unknown) Settings(RequestBody parameters)
    {
        try
        {
            return OllamaParameters.Read(Encoding.UTF8.GetBytes(parameters.Element.GetRawText()));
        }
        catch (InvalidDataException e)
        {
            throw Refusal.Invalid("parameters", $"{e.Message}.");
        }
    }

    static async Task CopyAsync(Call call, ModelEntry model, string name, string parameter, IReadOnlyDictionary<string, IReadOnlyList<string>> defaults)
    {
        name = ModelPool.WithoutTag(name);
        if (!ModelName.IsValid(name))
            throw Refusal.Invalid(parameter, $"'{parameter}' is no name of a model; {ModelName.Rule} belong there.");
        if (!call.Principal.MayUse(name))
            throw new Refusal(403, "missing_scope", "The key is for some models only, and not for one of the new name.");
        var made = model with { Name = name, Defaults = defaults };
        if (!call.Service.Models.Accepts(made))
            throw Refusal.Invalid("parameters", "'parameters' has a value with which the model could not be used. 'hearth models set --help' has the names; 'hearth run --help' the ranges.");
        await DoneAsync(() => call.Service.Store.CopyAsync(model.Name, made, call.CancellationToken));
    }

    /// <summary>What the list of models refuses is the request's fault: it names what is there.</summary>
    static async Task DoneAsync(Func<Task> change)
    {
        try
        {
            await change();
        }
        catch (ModelStoreException e)
        {
            throw new Refusal(400, "not_possible", $"{e.Message} {e.Remedy}".TrimEnd());
        }
    }
}
