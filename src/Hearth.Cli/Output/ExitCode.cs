using Hearth.Requests;

namespace Hearth.Cli.Output;

/// <summary>What the program returns. Scripts rely on the numbers: docs/cli.md and every --help state them.</summary>
static class ExitCode
{
    internal const int Ok = 0;
    internal const int RequestFailed = 1;
    internal const int Usage = 2;
    internal const int Model = 3;
    internal const int Worker = 4;
    internal const int Interrupted = 130;
    internal const int OutputClosed = 141;

    /// <summary>The numbers with their meaning, as help texts show them.</summary>
    internal static readonly (int Code, string Meaning)[] All =
    [
        (Ok, "done"),
        (RequestFailed, "the request was refused or failed (prompt too long, template error, …)"),
        (Usage, "wrong options, environment or configuration"),
        (Model, "the model file is missing, broken, not supported or does not fit in memory"),
        (Worker, "the worker process was lost, or cannot be confined"),
        (Interrupted, "interrupted (Ctrl-C, or told to end)"),
        (OutputClosed, "whoever read the output has closed it"),
    ];

    /// <summary>The number for a failure of the engine.</summary>
    internal static int Of(FailureCode code) => code switch
    {
        FailureCode.InvalidModel or FailureCode.UnsupportedModel or FailureCode.OutOfMemory => Model,
        FailureCode.WorkerLost or FailureCode.Confinement => Worker,
        _ => RequestFailed,
    };
}
