using System.Runtime.InteropServices;
using Hearth.Cli;
using Hearth.Cli.Commands;
using Hearth.Cli.Terminals;
using Microsoft.Win32.SafeHandles;

// The first Ctrl-C cancels what runs; a second one ends the program at once.
using var interruption = new CancellationTokenSource();
using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
{
    context.Cancel = !interruption.IsCancellationRequested;
    interruption.Cancel();
});

var color = Environment.GetEnvironmentVariable("NO_COLOR") is null or "" && Environment.GetEnvironmentVariable("TERM") is not "dumb";
var traits = new TerminalTraits(
    !Console.IsInputRedirected, !Console.IsOutputRedirected, !Console.IsErrorRedirected, color && !Console.IsOutputRedirected, () => Console.WindowWidth);
// The descriptor itself: .NET's own stream edits lines of a terminal, which is our editor's work.
using var input = new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0);
var host = new Host
{
    Terminal = new(input, Console.OpenStandardOutput(), Console.OpenStandardError(), traits),
    OpenModel = WorkerModels.OpenAsync,
    Confinement = WorkerModels.Confinement,
    Environment = Environment.GetEnvironmentVariable,
    Clock = TimeProvider.System,
    ProgramFolder = AppContext.BaseDirectory,
};
return await CommandLine.RunAsync(args, host, interruption.Token);
