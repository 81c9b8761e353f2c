using Hearth.Confinement;
using Hearth.Inference;
using Hearth.Requests;
using Hearth.Workers.Server;

// The process that holds one model. Its host starts it, with the link as descriptor 3 and the model file as descriptor 4.
// --unconfined: the user said that nothing need be enforced. --no-model: there is no descriptor 4.
if (!args.Contains("--unconfined"))
{
    SelfConfinement.DenyExecute();
    SelfConfinement.DenyDumps();
}

using var link = SelfConfinement.OpenLink();
var brokenRule = await WorkerServer.RunAsync(link, args.Contains("--no-model") ? () => ModelFile.None() : Open);
return brokenRule is null ? 0 : 3;

static IModelFile Open()
{
    using var file = SelfConfinement.OpenDescriptor(0);
    return ModelFile.Open(file);
}
