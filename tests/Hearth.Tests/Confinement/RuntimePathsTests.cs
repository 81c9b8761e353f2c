using Hearth.Confinement;
using Hearth.Confinement.Linux;

namespace Hearth.Tests.Confinement;

/// <summary>The rules for the runtime itself: enough for it, and nothing of the user's.</summary>
public sealed class RuntimePathsTests
{
    [Fact]
    public void The_rules_of_a_managed_worker_name_the_running_runtime_and_two_programs()
    {
        var root = RuntimePaths.DotnetRoot!;
        Assert.True(File.Exists(Path.Combine(root, "dotnet")), root);
        var rules = RuntimePaths.ForManagedWorker(ProbeProgram.Executable);
        Assert.Equal([ProbeProgram.Executable, ElfProgram.Loader(ProbeProgram.Executable)!], rules.Where(r => r.Access == PathAccess.ReadExecute).Select(r => r.Path));
        Assert.Equal(["/dev/null"], rules.Where(r => r.Access == PathAccess.ReadWrite).Select(r => r.Path));
        Assert.Contains(new PathRule(Path.Combine(root, "host", "fxr"), PathAccess.Read), rules);
        Assert.Contains(new PathRule(Path.GetDirectoryName(ProbeProgram.Executable)!, PathAccess.Read), rules);
    }

    [Fact]
    public void Folders_are_opened_for_the_runtime_the_worker_and_the_machines_description_only()
    {
        var folders = RuntimePaths.ForManagedWorker(ProbeProgram.Executable).Where(r => Directory.Exists(r.Path)).Select(r => r.Path);
        var root = RuntimePaths.DotnetRoot!;
        string[] expected =
        [
            "/proc", "/sys/fs/cgroup", "/sys/devices/system/cpu", "/sys/devices/system/node", Path.GetDirectoryName(ProbeProgram.Executable)!,
            Path.Combine(root, "host", "fxr"), Path.Combine(root, "shared", "Microsoft.NETCore.App"),
        ];
        Assert.Subset(expected.ToHashSet(), folders.ToHashSet());
    }

    [Fact]
    public void A_worker_with_a_runtime_of_its_own_may_read_its_folder_beside_what_a_native_one_may()
    {
        var program = ProbeProgram.Executable;
        Assert.Equal([new(Path.GetDirectoryName(program)!, PathAccess.Read)], RuntimePaths.ForSelfContainedWorker(program).Except(RuntimePaths.ForNativeWorker(program)));
    }

    [Fact]
    public async Task A_worker_may_be_a_library_that_dotnet_runs()
    {
        var library = ProbeProgram.Executable + ".dll";
        using var worker = ConfinedProcess.Start(ProbeProgram.Options() with
        {
            Executable = Path.Combine(RuntimePaths.DotnetRoot!, "dotnet"),
            Arguments = [library, "worker"],
            Paths = RuntimePaths.ForManagedWorker(library),
        });
        Assert.Equal("hello", await worker.AskAsync("hello"));
    }

    [Fact]
    public void Libraries_of_the_system_are_found_and_the_programs_own_are_not()
    {
        string[] maps =
        [
            "7f00-7f01 r-xp 00000000 08:01 1   /nonexistent/lib/libc.so.6",
            "7f01-7f02 r--p 00000000 08:01 1   /nonexistent/lib/libc.so.6",
            "7f02-7f03 r-xp 00000000 08:01 2   /nonexistent/lib/libm.so",
            $"7f03-7f04 r-xp 00000000 08:01 3   {RuntimePaths.DotnetRoot}/shared/x/libcoreclr.so",
            $"7f04-7f05 r-xp 00000000 08:01 4   {AppContext.BaseDirectory}libown.so",
            "7f05-7f06 r--p 00000000 08:01 5   /home/user/model.gguf",
            "7f06-7f07 rw-p 00000000 00:00 0",
            "7f07-7f08 rw-p 00000000 00:00 0   [stack]",
        ];
        Assert.Equal(["/nonexistent/lib/libc.so.6", "/nonexistent/lib/libm.so"], LoadedLibraries.Parse(maps));
        Assert.Contains(LoadedLibraries.OfTheSystem(), path => Path.GetFileName(path).StartsWith("libc.", StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_that_is_no_program_has_no_loader()
    {
        using var folder = new TemporaryFolder();
        Assert.Null(ElfProgram.Loader(folder.Write("short", "ELF")));
        Assert.Null(ElfProgram.Loader(folder.Write("text", new string('x', 500))));
        Assert.Null(ElfProgram.Loader(folder.Write("cut", "\x7f" + "ELF\x02\x01" + new string('\0', 58))));
    }
}
