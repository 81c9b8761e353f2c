using Hearth.Confinement;
using Hearth.Probe;

// The program that tries to leave the jail, for `hearth verify confinement`. Its host starts it as it starts a worker, once confined and once not (--unconfined),
// and compares. What it takes from itself is what the worker takes from itself; a test holds the two programs against each other.
var confined = !args.Contains("--unconfined");
if (confined)
{
    SelfConfinement.DenyExecute();
    SelfConfinement.DenyDumps();
}

Dictionary<string, Action> roles = new()
{
    ["attempt"] = () =>
    {
        using var link = SelfConfinement.OpenLink();
        Prober.Serve(link, link, confined ? () => SelfConfinement.TryPureCompute() : null);
    },
    // Started as any program starts another, so that what our way of starting withholds can be seen; there is no link then.
    ["ordinary"] = () => Prober.Serve(Console.OpenStandardInput(), Console.OpenStandardOutput(), null),
    ["target"] = () =>
    {
        using var link = SelfConfinement.OpenLink();
        Target.Serve(link);
    },
};
if (args is not [.., var last] || !roles.TryGetValue(last, out var play))
{
    Console.Error.WriteLine("This program is started by 'hearth verify confinement' and is of no use alone.");
    return 64;
}

play();
return 0;
