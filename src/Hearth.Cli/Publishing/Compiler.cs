using System.ComponentModel;
using System.Diagnostics;
using Hearth.Cli.Commands;
using Hearth.Cli.Output;

namespace Hearth.Cli.Publishing;

/// <summary>The compiler of the .NET SDK, as <c>dotnet publish</c>.</summary>
sealed class Compiler(Invocation call, Checkout checkout, string rid)
{
    const int LinesOfFailure = 20;

    // No server of the compiler stays behind, nothing is reported to anybody, and analyzers have had their say when the sources were tested.
    static readonly string[] Always =
    [
        "-c", "Release", "-v", "quiet", "-nologo", "-nodeReuse:false", "-p:UseSharedCompilation=false", "-p:TreatWarningsAsErrors=false", "-p:RunAnalyzers=false",
        "-p:EnforceCodeStyleInBuild=false", "-p:GenerateDocumentationFile=false", "-p:DebugType=none",
    ];

    string Log => checkout.At($"artifacts/publish/{rid}.log");

    string Build => checkout.At($"artifacts/publish/{rid}");

    /// <summary>Compiles a project to machine code, one file that needs no runtime.</summary>
    /// <param name="project">Its name.</param>
    /// <param name="program">What its program is called.</param>
    /// <param name="path">Where the file goes.</param>
    /// <param name="options">How.</param>
    internal async Task PublishNativeAsync(string project, string program, string path, params string[] options)
    {
        var folder = Path.Combine(Build, "native");
        await PublishAsync(project, folder, ["-p:PublishAot=true", .. options]);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Move(Path.Combine(folder, program), path);
    }

    /// <summary>Compiles a project with everything that it needs into a folder.</summary>
    /// <param name="project">Its name.</param>
    /// <param name="folder">Where the files go.</param>
    /// <param name="options">Further options of <c>dotnet publish</c>.</param>
    internal async Task PublishAsync(string project, string folder, params string[] options)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Log)!);
        string[] words =
            ["publish", checkout.At($"src/{project}/{project}.csproj"), "-r", rid, .. Always, .. options, "--artifacts-path", Build, "-o", folder];
        var start = new ProcessStartInfo(call.Host.Environment("DOTNET_HOST_PATH") ?? "dotnet", words)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = checkout.Root,
        };
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        using var process = Start(start);
        process.StandardInput.Close();
        try
        {
            var texts = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(call.CancellationToken), process.StandardError.ReadToEndAsync(call.CancellationToken));
            await process.WaitForExitAsync(call.CancellationToken);
            await File.WriteAllTextAsync(Log, string.Concat(texts), call.CancellationToken);
            if (process.ExitCode != 0)
                throw Failed(project, texts);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    CliException Failed(string project, string[] texts)
    {
        foreach (var line in string.Concat(texts).TrimEnd('\n').Split('\n').TakeLast(LinesOfFailure))
            call.Note(line);
        return new(ExitCode.RequestFailed, $"{project} cannot be built for {rid}.", "a build without errors.", $"See {Log} for all of it; the lines above are its end.");
    }

    static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new CliException(
                ExitCode.RequestFailed, "There is no 'dotnet' on the PATH.", "the .NET SDK, version 10.", "Install it: https://dotnet.microsoft.com/download/dotnet/10.0", e);
        }
    }
}
