using System.Globalization;
using Hearth.Cli.Commands;
using Hearth.Cli.Output;
using Hearth.Cli.Settings;
using Hearth.Cli.Terminals;
using Hearth.Confinement.Egress;

namespace Hearth.Cli.Watching;

/// <summary><c>hearth status --watch</c>: looks again and again, and shows what it sees.</summary>
static class WatchLoop
{
    internal static async Task<int> RunAsync(Invocation call)
    {
        var clock = call.Host.Clock;
        var limit = call.Get(SettingTable.Count);
        using var watch = new ProcessWatch([.. call.Arguments.Select(Number)], call.Get(SettingTable.Cgroup));
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(call.Get(SettingTable.Interval)), clock);
        var screen = new LiveScreen(call.Terminal);
        var live = !call.Json && call.Terminal.OutputIsTerminal && call.Host.Environment("TERM") is not "dumb";
        var start = clock.GetTimestamp();
        try
        {
            for (var looks = 1; ; looks++)
            {
                Show(watch.Look(), clock.GetElapsedTime(start));
                if (looks == limit || watch.Over)
                    break;
                await timer.WaitForNextTickAsync(call.CancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C is the way in which a watch ends.
        }

        screen.Leave();
        return ExitCode.Ok;

        void Show(WatchFrame frame, TimeSpan elapsed)
        {
            if (call.Json)
                call.Terminal.WriteJson(writer => WatchJson.Write(writer, frame, clock.GetUtcNow(), elapsed));
            else if (live)
                screen.Paint([.. WatchText.Lines(frame, elapsed, screen.Width), "Ctrl-C ends the watch."]);
            else
                call.Terminal.Write($"{string.Join('\n', WatchText.Lines(frame, elapsed, int.MaxValue))}\n\n");
        }
    }

    static int Number(string text)
    {
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            throw new CliException(ExitCode.Usage, $"'{text}' is not the number of a process.", "a whole number.", "'hearth status --watch' without numbers shows the processes of Hearth.");
        return RunningProcess.Find(number) is not null
            ? number
            : throw new CliException(ExitCode.RequestFailed, $"There is no process {number}.", "the number of a running process.", "'hearth status --watch' without numbers shows the processes of Hearth.");
    }
}
