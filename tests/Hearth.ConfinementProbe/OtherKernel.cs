using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Hearth.Confinement;
using Hearth.Probe.Native;

namespace Hearth.ConfinementProbe;

/// <summary>A host on a kernel that answers otherwise: a filter of its own makes one system call fail, then it starts a worker.</summary>
/// <remarks>The filter is inherited, so a call that the worker makes itself fails in the worker too.</remarks>
static class OtherKernel
{
    const int NotPermitted = 1, TooMany = 7, NoMemory = 12, Invalid = 22, NoSystemCall = 38, NotSupported = 95;

    /// <summary>The call, and where only one use of it fails: which of its arguments must have which value.</summary>
    readonly record struct Lack(int X64, int Arm64, int Error, int Argument = -1, uint Value = 0);

    static readonly Dictionary<string, Lack> Lacks = new()
    {
        ["landlock-unknown"] = new(444, 444, NoSystemCall),
        ["landlock-switched-off"] = new(444, 444, NotSupported),
        ["landlock-forbidden"] = new(444, 444, NotPermitted),
        ["landlock-no-ruleset"] = new(444, 444, NoMemory, 2, 0),    // flags 0 make a ruleset, 1 asks for the version
        ["landlock-no-rule"] = new(445, 445, NoMemory),
        ["landlock-not-applied"] = new(446, 446, TooMany),
        ["seccomp-unknown"] = new(317, 277, NoSystemCall),
        ["seccomp-not-installed"] = new(317, 277, Invalid, 0, 1),   // operation 1 installs a filter
        ["seccomp-not-in-worker"] = new(317, 277, Invalid, 1, 1),   // flag 1: on all threads, as only the worker asks
        ["capabilities-kept"] = new(126, 91, NotPermitted),
        ["privileges-kept"] = new(157, 167, Invalid, 0, 38),
        ["descriptors-kept"] = new(436, 436, NoSystemCall),
        ["no-poll"] = new(7, 73, NoMemory),
    };

    internal static async Task<int> RunAsync(string[] args)
    {
        Console.WriteLine();
        var before = Churn.Descriptors();
        Install(Lacks[args[0]]);
        var result = new Dictionary<string, string> { ["refusal"] = "", ["end"] = "" };
        try
        {
            using var worker = Self.Start(confine: true);
            result["end"] = await HelloAsync(worker) ? "" : (await worker.WaitForExitAsync()).ToString();
        }
        catch (Exception e)
        {
            result["refusal"] = $"{e.GetType().Name}: {e.Message}";
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        result["left"] = $"{Exhausted.Children()} children, {Churn.Descriptors() - before} descriptors";
        using (var unconfined = Self.Start(confine: false))
            result["unconfined"] = await HelloAsync(unconfined) ? "hello" : "";
        Console.WriteLine(JsonSerializer.Serialize(result, Results.Default.DictionaryStringString));
        return 0;
    }

    /// <summary>From now on this call fails in every thread of this process, and in what it starts.</summary>
    internal static void Lose(string lack) => Install(Lacks[lack]);

    static async Task<bool> HelloAsync(ConfinedProcess worker)
    {
        try
        {
            await worker.Link.WriteAsync(Encoding.UTF8.GetBytes("hello\n"));
        }
        catch (IOException)
        {
            return false;
        }

        using var reader = new StreamReader(worker.Link, Encoding.UTF8, leaveOpen: true);
        return await reader.ReadLineAsync() == "hello";
    }

    /// <summary>Classic BPF over struct seccomp_data: the number at 0, arguments of 8 bytes from 16 on.</summary>
    static unsafe void Install(Lack lack)
    {
        const ushort load = 0x20, jumpEqual = 0x15, answer = 0x06;
        const uint allow = 0x7fff0000, fail = 0x00050000;
        const int seccomp = 317, seccompArm = 277, setFilter = 1, allThreads = 1, noNewPrivileges = 38;
        var arm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
        var code = stackalloc ulong[]
        {
            Instruction(load, 0),
            Instruction(jumpEqual, (uint)(arm ? lack.Arm64 : lack.X64), otherwise: 3),
            Instruction(load, lack.Argument < 0 ? 0 : 16 + (8 * (uint)lack.Argument)),
            Instruction(jumpEqual, lack.Argument < 0 ? (uint)(arm ? lack.Arm64 : lack.X64) : lack.Value, otherwise: 1),
            Instruction(answer, fail | (uint)lack.Error),
            Instruction(answer, allow),
        };
        var program = stackalloc nint[] { 6, (nint)code };
        if (LibC.Control(noNewPrivileges, 1) != 0 || LibC.SystemCall(arm ? seccompArm : seccomp, setFilter, allThreads, (nint)program) != 0)
            throw new InvalidOperationException("The filter of this probe was not installed.");

        static ulong Instruction(ushort code, uint operand, byte otherwise = 0) => code | ((ulong)otherwise << 24) | ((ulong)operand << 32);
    }
}
