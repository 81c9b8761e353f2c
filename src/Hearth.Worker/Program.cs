using System.Globalization;
using Hearth.Confinement;
using Hearth.Inference;
using Hearth.Requests;
using Hearth.Workers.Server;
using Microsoft.Win32.SafeHandles;

// The process that holds one model. Its host starts it, with the link as descriptor 3, the files of the model as descriptors 4 and up, and those of its adapters behind them.
// --unconfined: the user said that nothing need be enforced. --parts=N and --adapters=N: so many files there are; without any, templates can be rendered.
var confined = !args.Contains("--unconfined");
if (confined)
{
    SelfConfinement.DenyExecute();
    SelfConfinement.DenyDumps();
}

var (parts, adapters) = (Number("--parts="), Number("--adapters="));
using var link = SelfConfinement.OpenLink();
var brokenRule = await WorkerServer.RunAsync(link, parts == 0 ? () => ModelFile.None() : Open, confined ? () => SelfConfinement.TryPureCompute() : null);
return brokenRule is null ? 0 : 3;

int Number(string option)
    => int.Parse(args.Single(word => word.StartsWith(option, StringComparison.Ordinal)).AsSpan(option.Length), NumberStyles.None, CultureInfo.InvariantCulture);

IModelFile Open()
{
    var files = new List<SafeFileHandle>();
    try
    {
        files.AddRange(Enumerable.Range(0, parts + adapters).Select(SelfConfinement.OpenDescriptor));
        // Whoever reads an answer here only writes it to the link.
        return ModelFile.Open(files[..parts], files[parts..], inlineEvents: true);
    }
    finally
    {
        files.ForEach(file => file.Dispose());
    }
}
