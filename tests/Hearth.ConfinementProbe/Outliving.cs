using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Hearth.Confinement;
using Hearth.Probe.Native;

namespace Hearth.ConfinementProbe;

/// <summary>A worker that lives on for a moment when its host is killed, and tries what is denied: nobody is left who could deny it but the kernel.</summary>
static class Outliving
{
    /// <summary>Exit codes of the worker: the error number of socket() where every attempt failed, otherwise these.</summary>
    internal const int HostLives = 199, SomethingWorked = 200;

    static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>Starts a host that starts such a worker, kills the host, and prints how the worker ended.</summary>
    internal static async Task<int> RunAsync(string[] args)
    {
        const int adoptOrphans = 36;
        _ = LibC.Control(adoptOrphans, 1);
        using var host = Process.Start(new ProcessStartInfo(Self.Executable, ["outlived", .. args]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var worker = int.Parse((await host.StandardOutput.ReadLineAsync())!, null);
        host.Kill();
        await host.WaitForExitAsync();
        var status = await Task.Run(() => Wait(worker));
        Console.WriteLine(JsonSerializer.Serialize(new Dictionary<string, int> { ["signal"] = status & 0x7f, ["code"] = (status >> 8) & 0xff }, Results.Default.DictionaryStringInt32));
        return 0;
    }

    /// <summary>The host: tells its worker's number once that one is ready.</summary>
    internal static async Task<int> HostAsync(string[] args)
    {
        var confine = !args.Contains("--unconfined");
        using var worker = ConfinedProcess.Start(Self.Options(confine) with { Arguments = ["outliving", .. args] });
        using var reader = new StreamReader(worker.Link, Encoding.UTF8, leaveOpen: true);
        if (await reader.ReadLineAsync() == "ready")
            Console.WriteLine(worker.Id);
        await Console.In.ReadToEndAsync();
        await Task.Delay(Timeout.Infinite);
        return 0;
    }

    /// <summary>The worker.</summary>
    internal static int Worker(string[] args)
    {
        if (!args.Contains("--unconfined"))
        {
            SelfConfinement.DenyExecute();
            SelfConfinement.DenyDumps();
        }

        var host = LibC.Parent();
        using var link = SelfConfinement.OpenLink();
        link.Write("ready\n"u8);
        while (link.ReadByte() >= 0)
        {
        }

        // The link ends a moment before the host is gone for good.
        var start = Stopwatch.GetTimestamp();
        while (LibC.Parent() == host)
        {
            if (Stopwatch.GetElapsedTime(start) > Limit)
                return HostLives;
        }

        return Try();
    }

    static int Try()
    {
        var arm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
        var socket = LibC.SystemCall(arm ? 198 : 41, 2, 1, 0);
        var error = Marshal.GetLastPInvokeError();
        bool[] worked =
        [
            socket >= 0,
            LibC.SystemCall(arm ? 198 : 41, 1, 1, 0) >= 0,
            LibC.Open("/etc/passwd", 0) >= 0,
            Run("/bin/true"),
        ];
        return worked.Contains(true) ? SomethingWorked + worked.Select((w, i) => w ? 1 << i : 0).Sum() : error;
    }

    static bool Run(string program)
    {
        try
        {
            using var process = Process.Start(program);
            process.WaitForExit();
            return true;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    static unsafe int Wait(int worker)
    {
        int status;
        return LibC.Wait(worker, &status, 0) == worker ? status : throw new InvalidOperationException("The worker was not waited for.");
    }
}
