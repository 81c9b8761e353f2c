using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hearth.Confinement.Linux;

/// <summary>Starts a restricted child from a thread that restricts itself and then ends; the other threads stay free.</summary>
/// <remarks>
/// Capabilities, no-new-privileges, Landlock and seccomp all belong to a thread and are inherited by what it starts. Once the thread is
/// restricted it can't open a file, so everything is allocated, built and looked up before, and the restricted part only calls through
/// addresses: no allocation (a collection could start a runtime thread, which would inherit the jail for the life of the host), no first call of
/// a managed method, no symbol lookup. Thread-pool threads are never used: they would be given back restricted.
/// </remarks>
static unsafe class Trampoline
{
    /// <summary>What becomes of the start if a step fails, or whether the step is taken at all.</summary>
    internal enum Need
    {
        /// <summary>If it fails nothing is started.</summary>
        Always,

        /// <summary>If the system refuses it, the start goes on without.</summary>
        WherePossible,

        /// <summary>It stands in for the step before it, and is taken only if that failed; if it fails too nothing is started.</summary>
        IfPreviousFailed,
    }

    /// <summary>One system call of the restriction and what it does, for the message if it fails.</summary>
    internal readonly record struct Step(string What, nint Number, nint A = 0, nint B = 0, nint C = 0, nint D = 0, Need Need = Need.Always);

    /// <summary>The arguments of posix_spawn(3).</summary>
    internal struct Program
    {
        internal byte* Path;
        internal void* FileActions;
        internal void* Attributes;
        internal byte** Arguments;
        internal byte** Environment;
    }

    struct Plan
    {
        internal delegate* unmanaged[SuppressGCTransition]<nint, nint, nint, nint, nint, nint, nint> SystemCall;
        internal delegate* unmanaged[SuppressGCTransition]<int*> ErrorLocation;
        internal delegate* unmanaged<int*, byte*, void*, void*, byte**, byte**, int> Spawn;
        internal nint* Steps;
        internal int* Answers;
        internal int Count, Failed, Error, Process;
        internal Program Program;
    }

    const int StackBytes = 256 * 1024, WordsPerStep = 6;

    /// <summary>Takes the steps in order and starts the program.</summary>
    /// <param name="steps">What to do first.</param>
    /// <param name="program">What to start then.</param>
    /// <param name="answers">Takes what each step answered, also if the start failed: a number from zero on, or minus the error number; minus one for a step that was not taken.</param>
    /// <returns>The process id.</returns>
    /// <exception cref="ConfinementException">A step that is needed failed, or the program could not be executed. Nothing is started.</exception>
    internal static int Start(IReadOnlyList<Step> steps, Program program, Span<int> answers)
    {
        using var arena = new NativeArena();
        var plan = (Plan*)arena.Take(sizeof(Plan));
        *plan = new Plan
        {
            SystemCall = (delegate* unmanaged[SuppressGCTransition]<nint, nint, nint, nint, nint, nint, nint>)Export("syscall"),
            ErrorLocation = (delegate* unmanaged[SuppressGCTransition]<int*>)Export("__errno_location"),
            Spawn = (delegate* unmanaged<int*, byte*, void*, void*, byte**, byte**, int>)Export("posix_spawn"),
            Steps = Flatten(steps, arena),
            Answers = (int*)arena.Take(steps.Count * sizeof(int)),
            Count = steps.Count,
            Failed = -1,
            Program = program,
        };

        new Span<int>(plan->Answers, steps.Count).Fill(-1);
        var thread = new Thread(static state => Run((Plan*)(nint)state!), StackBytes) { IsBackground = true, Name = "hearth-spawn" };
        try
        {
            thread.UnsafeStart((nint)plan);
        }
        catch (OutOfMemoryException e)
        {
            throw new ConfinementException("The worker was not started: the system gave no thread to start it from.", inner: e);
        }

        thread.Join();
        new Span<int>(plan->Answers, steps.Count).CopyTo(answers);
        if (plan->Failed >= 0)
            throw new ConfinementException($"The worker was not started: {steps[plan->Failed].What} failed ({Message(plan->Error)}).");
        return plan->Error switch
        {
            0 => plan->Process,
            Errno.TryAgain or Errno.NoMemory => throw new ConfinementException(
                $"The worker was not started: the system gave no process for it ({Message(plan->Error)}). End other programs, or raise the limits of this user (ulimit -a)."),
            var error => throw new ConfinementException(
                $"The worker was not started: its program could not be executed ({Message(error)}). It must exist, and a rule must let it and its loader be executed."),
        };
    }

    // Optimized at once: the tiers of the just-in-time compiler would count this call and could start a thread from here.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Run(Plan* plan)
    {
        for (var i = 0; i < plan->Count; i++)
        {
            // The last argument is passed as zero too: prctl refuses a call whose unused arguments hold anything else.
            var step = plan->Steps + (WordsPerStep * i);
            if (step[5] == (nint)Need.IfPreviousFailed && plan->Answers[i - 1] >= 0)
                continue;
            plan->Answers[i] = (int)plan->SystemCall(step[0], step[1], step[2], step[3], step[4], 0);
            if (plan->Answers[i] >= 0)
                continue;
            plan->Answers[i] = -*plan->ErrorLocation();
            if (step[5] == (nint)Need.WherePossible)
                continue;
            plan->Error = -plan->Answers[i];
            plan->Failed = i;
            return;
        }

        var program = &plan->Program;
        plan->Error = plan->Spawn(&plan->Process, program->Path, program->FileActions, program->Attributes, program->Arguments, program->Environment);
    }

    static nint* Flatten(IReadOnlyList<Step> steps, NativeArena arena)
    {
        var flat = (nint*)arena.Take(steps.Count * WordsPerStep * sizeof(nint));
        for (var i = 0; i < steps.Count; i++)
        {
            ReadOnlySpan<nint> words = [steps[i].Number, steps[i].A, steps[i].B, steps[i].C, steps[i].D, (nint)steps[i].Need];
            words.CopyTo(new Span<nint>(flat + (WordsPerStep * i), WordsPerStep));
        }

        return flat;
    }

    static nint Export(string name) => NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), name);

    static string Message(int error) => Marshal.GetPInvokeErrorMessage(error);
}
