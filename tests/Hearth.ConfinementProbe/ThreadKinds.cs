namespace Hearth.ConfinementProbe;

/// <summary>Runs one thing on every kind of thread a .NET process has.</summary>
static class ThreadKinds
{
    internal static T OnThread<T>(Func<T> body)
    {
        T? result = default;
        var thread = new Thread(() => result = body());
        thread.Start();
        thread.Join();
        return result!;
    }

    internal static async Task<Dictionary<string, T>> AllAsync<T>(Func<T> body) => new()
    {
        ["thread"] = OnThread(body),
        ["pool"] = await Task.Run(body),
        ["await"] = await AfterDelayAsync(body),
        ["timer"] = await OnTimerAsync(body),
        ["finalizer"] = OnFinalizer(body),
        ["pthread"] = OnNativeThread(body),
    };

    static async Task<T> AfterDelayAsync<T>(Func<T> body)
    {
        await Task.Delay(1);
        return body();
    }

    static async Task<T> OnTimerAsync<T>(Func<T> body)
    {
        var done = new TaskCompletionSource<T>();
        using var timer = new Timer(_ => done.SetResult(body()), null, 1, Timeout.Infinite);
        return await done.Task;
    }

    static T OnFinalizer<T>(Func<T> body)
    {
        T? result = default;
        Finalized.Last = () => result = body();
        Drop();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return result!;

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static void Drop() => _ = new Finalized();
    }

    static unsafe T OnNativeThread<T>(Func<T> body)
    {
        T? result = default;
        Native.Body = () => result = body();
        nint thread;
        _ = LibC.ThreadCreate(&thread, null, &Native.Run, null);
        _ = LibC.ThreadJoin(thread, null);
        return result!;
    }

    sealed class Finalized
    {
        internal static Action Last = () => { };

        ~Finalized() => Last();
    }

    static unsafe class Native
    {
        internal static Action Body = () => { };

        [System.Runtime.InteropServices.UnmanagedCallersOnly]
        internal static void* Run(void* _)
        {
            Body();
            return null;
        }
    }
}
