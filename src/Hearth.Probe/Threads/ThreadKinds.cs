using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hearth.Probe.Threads;

/// <summary>Runs one thing on every kind of thread that a .NET process has.</summary>
static partial class ThreadKinds
{
    /// <summary>All kinds but the main thread.</summary>
    internal static readonly (string Name, Action<Action> Run)[] Others =
    [
        ("thread", OnThread),
        ("pool", body => Task.Run(body).GetAwaiter().GetResult()),
        ("await", body => AfterDelayAsync(body).GetAwaiter().GetResult()),
        ("timer", OnTimer),
        ("finalizer", OnFinalizer),
        ("pthread", OnNativeThread),
    ];

    /// <summary>
    /// A native worker gives up more once its model is loaded, so attempts are also made before: on the main thread, which counts as another kind.
    /// </summary>
    internal static bool HasLoading => !RuntimeFeature.IsDynamicCodeCompiled;

    /// <summary>All kinds.</summary>
    internal static int Count => Others.Length + (HasLoading ? 2 : 1);

    internal static void OnThread(Action body)
    {
        var thread = new Thread(() => body());
        thread.Start();
        thread.Join();
    }

    static async Task AfterDelayAsync(Action body)
    {
        await Task.Delay(1);
        body();
    }

    static void OnTimer(Action body)
    {
        using var done = new ManualResetEventSlim();
        using var timer = new Timer(
            _ =>
            {
                body();
                done.Set();
            },
            null, 1, Timeout.Infinite);
        done.Wait();
    }

    static void OnFinalizer(Action body)
    {
        Finalized.Last = body;
        Drop();
        GC.Collect();
        GC.WaitForPendingFinalizers();

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Drop() => _ = new Finalized();
    }

    static unsafe void OnNativeThread(Action body)
    {
        Native.Body = body;
        nint thread;
        if (ThreadCreate(&thread, null, &Native.Run, null) != 0)
            throw new InvalidOperationException("The C library gave no thread.");
        _ = ThreadJoin(thread, null);
    }

    [LibraryImport("libc", EntryPoint = "pthread_create")]
    private static unsafe partial int ThreadCreate(nint* thread, void* attributes, delegate* unmanaged<void*, void*> start, void* argument);

    [LibraryImport("libc", EntryPoint = "pthread_join")]
    private static unsafe partial int ThreadJoin(nint thread, void** result);

    sealed class Finalized
    {
        internal static Action Last = () => { };

        ~Finalized() => Last();
    }

    static unsafe class Native
    {
        internal static Action Body = () => { };

        [UnmanagedCallersOnly]
        internal static void* Run(void* _)
        {
            Body();
            return null;
        }
    }
}
