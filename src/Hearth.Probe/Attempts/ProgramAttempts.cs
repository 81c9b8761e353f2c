using System.Diagnostics;
using System.Runtime.InteropServices;
using Hearth.Probe.Native;

namespace Hearth.Probe.Attempts;

/// <summary>Programs and processes of its own making.</summary>
static unsafe class ProgramAttempts
{
    const string Program = "/bin/true";

    internal static readonly Attempt[] All =
    [
        new("start a program", "any tool of the machine, such as one that sends files", _ => Outcome.Managed(() =>
        {
            using var process = Process.Start(Program);
            process.WaitForExit();
        })) { Setting = Setting.Once },
        new("start a program through the loader", "the same where programs can't be executed but libraries can", _ => Outcome.Managed(() =>
        {
            using var process = Process.Start(new ProcessStartInfo(Loader, [Program]) { RedirectStandardError = true })!;
            process.WaitForExit();
        })) { Setting = Setting.Once },
        new("become another program (execve)", "the same without a new process", _ => Become(Program)) { Setting = Setting.OwnProcess },
        new("become a program in memory (memfd, fexecve)", "a program of its own that no file shows", _ => BecomeOutOfMemory()) { Setting = Setting.OwnProcess },
        new("fork", "a process that outlives the worker", _ => Children.Fork()) { Setting = Setting.Once },
        new("clone", "the same by another call", _ => Children.Clone()) { Setting = Setting.Once },
        new("clone3", "the same by a call whose flags no filter sees", _ => Children.Clone3()) { Setting = Setting.Once },
        new("call the kernel as 32-bit code (int 0x80)", "calls whose numbers a filter takes for others", _ => MachineCode.EnterAs32Bit()) { Setting = Setting.OwnProcess },
        new("call the kernel as x32 code", "calls whose numbers a filter takes for others", _ => MachineCode.EnterAsX32()) { Setting = Setting.OwnProcess },
    ];

    static string Loader => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "/lib/ld-linux-aarch64.so.1" : "/lib64/ld-linux-x86-64.so.2";

    static string Become(string path)
    {
        var none = stackalloc byte*[] { null };
        return Outcome.Of(LibC.Execute(path, none, none));
    }

    static string BecomeOutOfMemory()
    {
        const int closeOnExecute = 1;
        var name = stackalloc byte[] { (byte)'m', 0 };
        var empty = (byte)0;
        var none = stackalloc byte*[] { null };
        var file = (int)LibC.SystemCall(SystemCalls.MemoryFile, (nint)name, closeOnExecute);
        if (file < 0)
            return Outcome.Of(file);
        var program = MachineCode.SmallestProgram();
        fixed (byte* bytes = program)
            _ = LibC.Write(file, bytes, (nuint)program.Length);
        return Outcome.Of(LibC.SystemCall(SystemCalls.ExecuteAt, file, (nint)(&empty), (nint)none, (nint)none, LibC.EmptyPath));
    }
}
