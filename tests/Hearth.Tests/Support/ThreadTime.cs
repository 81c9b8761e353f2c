using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Hearth.Tests.Support;

/// <summary>How long the calling thread has computed. What other programs take from the machine does not count, unlike on a clock; where the system is not Linux it is one.</summary>
static partial class ThreadTime
{
    /// <summary>CLOCK_THREAD_CPUTIME_ID of clock_gettime(2).</summary>
    const int ThreadClock = 3;

    internal static TimeSpan Now
    {
        get
        {
            if (!OperatingSystem.IsLinux())
                return Stopwatch.GetElapsedTime(0);
            Assert.Equal(0, GetTime(ThreadClock, out var time));
            return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1000.0);
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    struct TimeSpec
    {
        internal nint Seconds, Nanoseconds;
    }
}
