using Hearth.Confinement.Linux;

namespace Hearth.Tests.Confinement.Linux;

/// <summary>The filters, run by an interpreter of their instructions: on both architectures, without either.</summary>
public sealed class SeccompPolicyTests
{
    const string X64 = "x64", Arm64 = "arm64";
    const uint Denied = BpfProgram.Fail | Errno.NotPermitted;

    [Theory]
    [InlineData(X64, false)]
    [InlineData(X64, true)]
    [InlineData(Arm64, false)]
    [InlineData(Arm64, true)]
    public void Every_call_of_the_lists_is_denied_and_all_others_are_allowed(string architecture, bool tripwire)
    {
        var calls = Table(architecture);
        var denied = calls.Of([.. SeccompPolicy.Sockets, .. SeccompPolicy.Others]).ToHashSet();
        var program = SeccompPolicy.BeforeStart(calls, tripwire);
        Assert.True(denied.Count > 90, $"{denied.Count} calls are denied.");
        const uint isTerminal = 0x5401;
        for (var number = 0U; number < 1024; number++)
        {
            var expected = denied.Contains(number) ? tripwire ? BpfProgram.Notify : Denied : number == calls["clone3"] ? BpfProgram.Fail | Errno.NoSystemCall : BpfProgram.Allow;
            Assert.Equal((number, expected), (number, Run(program, calls.Architecture, number, argument1: isTerminal)));
        }
    }

    /// <summary>Where two filters answer, the plain error wins and the host hears nothing.</summary>
    [Theory, InlineData(X64), InlineData(Arm64)]
    public void No_later_filter_answers_for_a_call_of_the_tripwire(string architecture)
    {
        var calls = Table(architecture);
        foreach (var later in (BpfInstruction[][])[SeccompPolicy.AfterStart(calls), SeccompPolicy.PureCompute(calls)])
        {
            Assert.All(calls.Of([.. SeccompPolicy.Sockets, .. SeccompPolicy.Others]), number =>
                Assert.Equal(BpfProgram.Allow, Run(later, calls.Architecture, number)));
        }
    }

    [Theory, InlineData(X64), InlineData(Arm64)]
    public void After_the_start_programs_and_processes_are_denied_and_threads_are_not(string architecture)
    {
        const uint thread = 0x003D0F00, fork = 0x01200011, vfork = 0x4111;     // the flags of pthread_create, fork and posix_spawn in glibc
        var calls = Table(architecture);
        var program = SeccompPolicy.AfterStart(calls);
        var denied = calls.Of(SeccompPolicy.Programs).ToHashSet();
        Assert.Contains(calls["execve"], denied);
        for (var number = 0U; number < 1024; number++)
        {
            var expected = denied.Contains(number) ? Denied : number == calls["clone3"] ? BpfProgram.Fail | Errno.NoSystemCall : BpfProgram.Allow;
            Assert.Equal((number, expected), (number, Run(program, calls.Architecture, number, thread)));
        }

        Assert.Equal(Denied, Run(program, calls.Architecture, calls["clone"], fork));
        Assert.Equal(Denied, Run(program, calls.Architecture, calls["clone"], vfork));
    }

    [Theory, InlineData(X64), InlineData(Arm64)]
    public void Pure_compute_has_no_path_no_file_of_memory_and_no_new_code(string architecture)
    {
        const uint write = 3, execute = 5, writeExecute = 7;
        var calls = Table(architecture);
        var program = SeccompPolicy.PureCompute(calls);
        var denied = calls.Of(SeccompPolicy.Paths).ToHashSet();
        Assert.True(denied.Count >= 20, $"{denied.Count} calls are denied.");
        for (var number = 0U; number < 1024; number++)
            Assert.Equal((number, denied.Contains(number) ? Denied : BpfProgram.Allow), (number, Run(program, calls.Architecture, number, argument2: write)));
        foreach (var name in (string[])["mmap", "mprotect", "pkey_mprotect"])
        {
            Assert.Equal(Denied, Run(program, calls.Architecture, calls[name], argument2: execute));
            Assert.Equal(Denied, Run(program, calls.Architecture, calls[name], argument2: writeExecute));
        }
    }

    [Theory, InlineData(X64), InlineData(Arm64)]
    public void New_namespaces_are_denied_flag_by_flag(string architecture)
    {
        var calls = Table(architecture);
        var program = SeccompPolicy.BeforeStart(calls, tripwire: true);
        foreach (var flag in (uint[])[0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000])
            Assert.Equal(Denied, Run(program, calls.Architecture, calls["clone"], flag | 0x11));
        foreach (var flags in (uint[])[0x003D0F00, 0x01200011, 0x4111])
            Assert.Equal(BpfProgram.Allow, Run(program, calls.Architecture, calls["clone"], flags));
    }

    [Theory, InlineData(X64), InlineData(Arm64)]
    public void Limits_processors_and_scheduling_can_be_changed_for_oneself_and_not_for_others(string architecture)
    {
        var calls = Table(architecture);
        var program = SeccompPolicy.BeforeStart(calls, tripwire: true);
        foreach (var name in (string[])["prlimit64", "sched_setaffinity", "sched_setscheduler", "sched_setparam", "sched_setattr"])
        {
            Assert.Equal((name, BpfProgram.Allow), (name, Run(program, calls.Architecture, calls[name], 0)));
            Assert.Equal((name, Denied), (name, Run(program, calls.Architecture, calls[name], 1)));
            Assert.Equal((name, Denied), (name, Run(program, calls.Architecture, calls[name], 0x80000000)));
        }
    }

    [Theory, InlineData(X64), InlineData(Arm64)]
    public void Of_ioctl_only_the_questions_about_terminals_are_left(string architecture)
    {
        var calls = Table(architecture);
        var program = SeccompPolicy.BeforeStart(calls, tripwire: true);
        uint[] allowed = [0x5401, 0x5413, 0x802C542A];
        // Typing into a terminal, interfaces, attribute flags of files, copies that share blocks, and neighbours of what is allowed.
        uint[] denied = [0, 0x5412, 0x8912, 0x40086602, 0x80086601, 0x40049409, 0x5400, 0x5402, 0x5414, 0x802C542B, 0x2C542A, uint.MaxValue];
        Assert.All(allowed, request => Assert.Equal(BpfProgram.Allow, Run(program, calls.Architecture, calls["ioctl"], 3, request)));
        Assert.All(denied, request => Assert.Equal(Denied, Run(program, calls.Architecture, calls["ioctl"], 3, request)));
    }

    [Theory, InlineData(X64), InlineData(Arm64)]
    public void Foreign_instruction_sets_are_killed(string architecture)
    {
        const uint i386 = 0x40000003, arm = 0x40000028;
        var calls = Table(architecture);
        foreach (var program in (BpfInstruction[][])[SeccompPolicy.BeforeStart(calls, tripwire: true), SeccompPolicy.AfterStart(calls), SeccompPolicy.PureCompute(calls)])
        {
            foreach (var foreign in (uint[])[i386, arm, 0, architecture == X64 ? SystemCalls.Arm64.Architecture : SystemCalls.X64.Architecture])
                Assert.Equal(BpfProgram.KillProcess, Run(program, foreign, calls["execve"]));
            Assert.Equal(architecture == X64 ? BpfProgram.KillProcess : BpfProgram.Allow, Run(program, calls.Architecture, 0x40000000));
        }
    }

    [Fact]
    public void A_call_that_is_not_in_the_table_is_a_mistake_of_the_policy()
        => Assert.Throws<ArgumentException>(() => SystemCalls.X64.Of(["sockett"]).ToList());

    [Theory]
    [InlineData(X64, "/usr/include/x86_64-linux-gnu/asm/unistd_64.h")]
    [InlineData(Arm64, "/usr/include/asm-generic/unistd.h")]
    public void The_numbers_are_those_of_the_kernels_headers(string architecture, string header)
    {
        Assert.SkipUnless(File.Exists(header), "the kernel's headers are not installed");
        var official = new Dictionary<string, uint>();
        foreach (var line in File.ReadLines(header))
        {
            var words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words is ["#define", var name, var number, ..] && name.StartsWith("__NR", StringComparison.Ordinal) && uint.TryParse(number, out var value))
                official[name[(name.IndexOf('_', 4) + 1)..]] = value;
        }

        var calls = Table(architecture);
        // Headers that are older than a call don't know it.
        var known = calls.Numbers.Where(c => official.ContainsKey(c.Key)).ToList();
        Assert.True(known.Count > 90, $"{known.Count} calls were compared.");
        Assert.All(known, call => Assert.Equal((call.Key, official[call.Key]), (call.Key, call.Value)));
        Assert.All(official.Keys.Where(SystemCalls.X64.Numbers.ContainsKey), name => Assert.Contains(name, calls.Numbers.Keys));
    }

    static SystemCalls Table(string architecture) => architecture == X64 ? SystemCalls.X64 : SystemCalls.Arm64;

    /// <summary>What the kernel would answer: a small interpreter of classic BPF over struct seccomp_data.</summary>
    static uint Run(BpfInstruction[] program, uint architecture, uint number, uint argument0 = 0, uint argument1 = 0, uint argument2 = 0)
    {
        var accumulator = 0U;
        for (var at = 0; at < program.Length; at++)
        {
            var (code, ifTrue, ifFalse, operand) = program[at];
            switch (code)
            {
                case BpfProgram.Load:
                    accumulator = operand switch
                    {
                        0 => number,
                        4 => architecture,
                        16 => argument0,
                        24 => argument1,
                        32 => argument2,
                        _ => throw new InvalidOperationException($"Nothing is loaded from {operand}."),
                    };
                    break;
                case BpfProgram.JumpEqual:
                    at += accumulator == operand ? ifTrue : ifFalse;
                    break;
                case BpfProgram.JumpGreaterOrEqual:
                    at += accumulator >= operand ? ifTrue : ifFalse;
                    break;
                case BpfProgram.JumpAnyBit:
                    at += (accumulator & operand) != 0 ? ifTrue : ifFalse;
                    break;
                case BpfProgram.Return:
                    return operand;
                default:
                    throw new InvalidOperationException($"Instruction {code:x} is unknown.");
            }
        }

        throw new InvalidOperationException("The program ran over its end.");
    }
}
