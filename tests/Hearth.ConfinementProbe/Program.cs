using Hearth.ConfinementProbe;

// A program that plays the worker and its host, for the tests of Hearth.Confinement.
Dictionary<string, Func<string[], Task<int>>> roles = new()
{
    ["worker"] = args => Task.FromResult(Worker.Run(args)),
    ["orphan"] = _ => Orphan.RunAsync(),
    ["churn"] = Churn.RunAsync,
    ["order"] = _ => Order.RunAsync(),
    ["exhausted"] = _ => Exhausted.RunAsync(),
    ["no-poll"] = _ => Task.FromResult(NoPoll.Run()),
    ["limits"] = args => Task.FromResult(HostLimits.Run(args)),
    ["scarce"] = _ => Task.FromResult(Scarce.Run()),
    ["other-kernel"] = OtherKernel.RunAsync,
    ["dead-host"] = Outliving.RunAsync,
    ["outlived"] = Outliving.HostAsync,
    ["outliving"] = args => Task.FromResult(Outliving.Worker(args)),
    ["traffic"] = _ => TrafficSource.RunAsync(),
};
return args.Length > 0 && roles.TryGetValue(args[0], out var run) ? await run(args[1..]) : 64;
