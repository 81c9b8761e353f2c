using System.Runtime.InteropServices;
using Hearth.Cli;
using Hearth.Cli.Commands;
using Hearth.Cli.Output;
using Hearth.Cli.Terminals;
using Hearth.Confinement;
using Hearth.Workers.Client;
using Hearth.Workers.Verification;

HostConfinement.Begin();

var color = Environment.GetEnvironmentVariable("NO_COLOR") is null or "" && Environment.GetEnvironmentVariable("TERM") is not "dumb";
var traits = new TerminalTraits(
    !Console.IsInputRedirected, !Console.IsOutputRedirected, !Console.IsErrorRedirected, color && !Console.IsOutputRedirected,
    () => Console.WindowWidth, () => Console.WindowHeight);
var host = new Host
{
    Terminal = new(StandardStreams.Input(), StandardStreams.Output(), Console.OpenStandardError(), traits),
    OpenModel = WorkerModels.OpenAsync,
    Worker = InstalledWorker.Find,
    Confinement = WorkerModels.Confinement,
    VerifyConfinement = (progress, cancellation) => ConfinementVerification.RunAsync(TimeProvider.System, progress, cancellation),
    Environment = Environment.GetEnvironmentVariable,
    Clock = TimeProvider.System,
    ProgramFolder = AppContext.BaseDirectory,
};

// On threads that no command waits for. The runtime would print the exception's own words, which may be those of the user.
AppDomain.CurrentDomain.UnhandledException += (_, fault) =>
{
    var failure = Failure.Of((Exception)fault.ExceptionObject);
    failure.Show(host.Terminal, json: false);
    Environment.Exit(failure.ExitCode);
};

// The first Ctrl-C, or the first request to end, cancels what runs, so that nothing is left behind; a second one ends the program at once. Whoever sees the last of these from outside knows that all is set up.
using var interruption = new CancellationTokenSource();
using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
using var onHangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Interrupt);
return await CommandLine.RunAsync(args, host, interruption.Token);

void Interrupt(PosixSignalContext context)
{
    context.Cancel = !interruption.IsCancellationRequested;
    interruption.Cancel();
}
