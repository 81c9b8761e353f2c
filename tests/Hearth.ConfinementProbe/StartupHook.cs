using System.Net.Sockets;

/// <summary>Plants a fault in the real program: .NET calls this before a program's own first instruction where DOTNET_STARTUP_HOOKS names this file, and wants a type without a namespace.</summary>
static class StartupHook
{
    /// <summary>The fault that HEARTH_PLANTED names: <c>connect</c>, which is over before the program begins; <c>throw WORDS</c> and <c>abort</c>, once there is the file that HEARTH_PLANTED_ONCE names.</summary>
    public static void Initialize()
    {
        switch ((Environment.GetEnvironmentVariable("HEARTH_PLANTED") ?? "").Split(' ', 2))
        {
            case ["connect"]:
                var call = new Thread(CallHome) { IsBackground = true };
                call.Start();
                call.Join();
                break;
            case ["throw", var words]:
                new Thread(() => throw new InvalidOperationException(OnceAsked(words))) { IsBackground = true }.Start();
                break;
            case ["abort"]:
                new Thread(() => Environment.FailFast(OnceAsked(""))) { IsBackground = true }.Start();
                break;
        }
    }

    /// <summary>The words, when whoever planted the fault has seen that the program is up: how long that takes nobody knows.</summary>
    static string OnceAsked(string words)
    {
        var asked = Environment.GetEnvironmentVariable("HEARTH_PLANTED_ONCE");
        while (!File.Exists(asked))
            Thread.Sleep(TimeSpan.FromMilliseconds(10));
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
