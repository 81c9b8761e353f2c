namespace Hearth.Confinement;

/// <summary>What every process of Hearth finds in its environment: nothing writes its memory to a file, opens a port into it or reports to anybody.</summary>
/// <remarks>The runtime and native libraries look there before a program's first instruction, and only there.</remarks>
public static class QuietEnvironment
{
    /// <summary>The variables and their values.</summary>
    public static IReadOnlyDictionary<string, string> Variables { get; } = new Dictionary<string, string>
    {
        ["DOTNET_EnableDiagnostics"] = "0",  // no port for debuggers and traces, which lies in the folder of temporary files
        ["DOTNET_EnableEventPipe"] = "0",    // no file of events, in which exceptions say their words
        ["DOTNET_DbgEnableMiniDump"] = "0",  // no dump after a crash
        ["ORT_DISABLE_TELEMETRY"] = "1",     // the ONNX Runtime reports from its load on, where a later version brings it
    };

    /// <summary>Whether this process has them.</summary>
    internal static bool IsOurs => Variables.All(v => Environment.GetEnvironmentVariable(v.Key) == v.Value);
}
