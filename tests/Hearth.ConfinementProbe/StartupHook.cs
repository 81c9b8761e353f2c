using System.Net.Sockets;

/// <summary>Plants a fault in the real program: .NET calls this before a program's own first instruction where DOTNET_STARTUP_HOOKS names this file, and wants a type without a namespace.</summary>
static class StartupHook
{
    /// <summary>The fault that HEARTH_PLANTED names: <c>connect</c>, <c>throw WORDS</c>, <c>abort</c>.</summary>
    public static void Initialize()
    {
        switch ((Environment.GetEnvironmentVariable("HEARTH_PLANTED") ?? "").Split(' ', 2))
        {
            case ["connect"]:
                new Thread(CallHome) { IsBackground = true }.Start();
                break;
            case ["throw", var words]:
                new Thread(() => throw new InvalidOperationException(OnceUp(words))) { IsBackground = true }.Start();
                break;
            case ["abort"]:
                new Thread(() => Environment.FailFast(OnceUp(""))) { IsBackground = true }.Start();
                break;
        }
    }

    /// <summary>The words, a second later, when the program is up.</summary>
    static string OnceUp(string words)
    {
        using var never = new ManualResetEvent(false);
        never.WaitOne(TimeSpan.FromSeconds(1));
        return words;
    }

    static void CallHome()
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect("192.0.2.1", 53);
        }
        catch (SocketException)
        {
            // Refused, as it should be.
        }
    }
}
