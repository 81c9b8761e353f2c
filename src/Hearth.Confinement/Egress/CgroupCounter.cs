using System.Globalization;
using Hearth.Confinement.Linux;
using Microsoft.Win32.SafeHandles;

namespace Hearth.Confinement.Egress;

/// <summary>
/// Counts in the kernel what one process sends and receives over IPv4 and IPv6, by programs at a control group (version 2) that the process is put into. Nothing is
/// denied. Needs root, or CAP_BPF, CAP_NET_ADMIN and the right to write in the group's folder.
/// </summary>
/// <remarks>
/// The group is made inside the one that the process was in, so that all limits stay as they are. Children that the process starts from then on are in it too. A socket is
/// counted where it was made, so what was open before isn't; <see cref="TrafficSnapshot.Complete"/> says so. At the end the processes go back and the group
/// is removed. If the reader is killed, the kernel takes the programs away, and the process stays in a group without any; the next counter of the process
/// takes that over and removes it, or the next one beside it does after the process's end.
/// </remarks>
public sealed class CgroupCounter : IDisposable
{
    const string Prefix = "hearth-count-";
    const string Covered = "what it sent since the counting began, and the children that it started since";

    static long _made;

    readonly RunningProcess _process;
    readonly string _home, _group;
    readonly SafeFileHandle _values;
    readonly List<SafeFileHandle> _links = [];
    readonly long _number = Interlocked.Increment(ref _made);
    SafeFileHandle? _folder;
    int? _socketsBefore, _outsideIp;
    bool _disposed;

    CgroupCounter(RunningProcess process, string mount)
    {
        _process = process;
        var place = CgroupPlace.Of(process.Id)
            ?? throw new ConfinementException("The process is in no control group of version 2 that can be reached from here.");
        _home = mount + Home(place);
        _group = $"{_home}/{Name(process.Id)}";
        _values = Bpf.Map(CountingProgram.Numbers);
    }

    /// <summary>Puts a process into a group of its own and counts from now on.</summary>
    /// <exception cref="ConfinementException">It can't be counted here; the process is where it was.</exception>
    public static CgroupCounter Start(int process)
    {
        if (!OperatingSystem.IsLinux() || !SystemCalls.Supported)
            throw new ConfinementException("Counting in control groups needs Linux on x64 or arm64.");
        var found = RunningProcess.Find(process) ?? throw new ConfinementException($"There is no process {process}.");
        var mount = CgroupPlace.Mount() ?? throw new ConfinementException("No control groups of version 2 are mounted here.");
        var counter = new CgroupCounter(found, mount);
        try
        {
            counter.Begin();
            return counter;
        }
        catch (Exception e)
        {
            counter.Dispose();
            if (e is IOException or UnauthorizedAccessException)
                throw new ConfinementException($"The process can't be put into a control group of its own: {e.Message}", inner: e);
            throw;
        }
    }

    /// <summary>What was counted so far. It can be read after the process's end, too.</summary>
    public TrafficSnapshot Read()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        // Somebody may have taken it out of the group; then the counters stand still while it sends.
        if (CgroupPlace.Mount() is { } mount && RunningProcess.Find(_process.Id)?.StartTime == _process.StartTime && mount + CgroupPlace.Of(_process.Id) != _group)
            return TrafficSnapshot.Unknown(_process.Id, "the process was taken out of the control group in which it was counted");
        _outsideIp = HeldSockets.Of(_process.Id)?.OutsideIp ?? _outsideIp;
        var numbers = Bpf.Read(_values, CountingProgram.Numbers);
        return new()
        {
            ProcessId = _process.Id,
            Method = CountingMethod.CgroupEbpf,
            Beyond = Direction(numbers, 0),
            Loopback = Direction(numbers, CountingProgram.OfLoopback),
            Attempts = new(numbers[CountingProgram.Sockets], numbers[CountingProgram.Connects], numbers[CountingProgram.Sends]),
            Complete = _socketsBefore > 0 || _outsideIp > 0 ? false : _socketsBefore is null || _outsideIp is null ? null : true,
            Detail = (_socketsBefore, _outsideIp) switch
            {
                (0, 0) => Covered,
                ( > 0, _) => $"{Covered}, but not over the {_socketsBefore} sockets that it had before",
                (_, > 0) => $"{Covered}, but not over its {_outsideIp} sockets that aren't of IP",
                _ => $"{Covered}; which sockets it has can't be seen",
            },
            Source = (_process.StartTime, (ulong)_number),
        };
    }

    /// <summary>Ends the counting: the process goes back to the group that it was in, unless somebody else counts it too.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        try
        {
            _links.ForEach(Bpf.Detach);
            if (_folder is { IsInvalid: false } && Bpf.Attached(_folder, CountingProgram.Egress) == 0)
                Leave();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ConfinementException)
        {
            // What stays is an empty group, or one with the process in it and nothing that counts.
        }

        _links.ForEach(link => link.Dispose());
        _values.Dispose();
        _folder?.Dispose();
    }

    /// <summary>The group that a process was in before anybody counted it.</summary>
    internal static string Home(string place)
    {
        var last = place.LastIndexOf('/');
        return last >= 0 && place[(last + 1)..].StartsWith(Prefix, StringComparison.Ordinal) ? place[..last] : place;
    }

    static string Name(int process) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{process}");

    void Begin()
    {
        // Programs first: without the right to load them nothing is touched.
        var programs = new List<(int Place, SafeFileHandle Handle)>();
        try
        {
            foreach (var (type, place, code) in CountingProgram.All((int)_values.DangerousGetHandle()))
                programs.Add((place, Bpf.Program(type, place, code)));
            Sweep();
            Directory.CreateDirectory(_group);
            _folder = new(LibC.Open(_group, LibC.CloseOnExec), ownsHandle: true);
            if (_folder.IsInvalid)
                throw LibC.Failure("Opening the control group");
            _links.AddRange(programs.Select(p => Bpf.Link(p.Handle, _folder, p.Place)));
        }
        finally
        {
            // The links hold them from here on.
            programs.ForEach(p => p.Handle.Dispose());
        }

        Move(_process.Id, _group);
        if (RunningProcess.Find(_process.Id)?.StartTime != _process.StartTime)
            throw new ConfinementException($"The process {_process.Id} has ended.");
        _socketsBefore = HeldSockets.Of(_process.Id)?.Network;
    }

    /// <summary>Removes what readers that were killed have left of processes that are gone.</summary>
    void Sweep()
    {
        foreach (var left in Directory.EnumerateDirectories(_home, Prefix + "*"))
        {
            if (int.TryParse(Path.GetFileName(left).AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && RunningProcess.Find(id) is null)
                Remove(left);
        }
    }

    void Leave()
    {
        foreach (var line in File.ReadAllLines($"{_group}/cgroup.procs"))
        {
            if (int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                MoveBack(id);
        }

        Remove(_group);
    }

    void MoveBack(int process)
    {
        try
        {
            Move(process, _home);
        }
        catch (IOException)
        {
            // It has ended.
        }
    }

    static void Move(int process, string group)
        => File.WriteAllText($"{group}/cgroup.procs", process.ToString(CultureInfo.InvariantCulture));

    static void Remove(string group)
    {
        try
        {
            Directory.Delete(group);
        }
        catch (IOException)
        {
            // Children that outlive their process are still in it.
        }
    }

    static Traffic Direction(long[] numbers, int from) => new(
        numbers[from + CountingProgram.BytesOut], numbers[from + CountingProgram.PacketsOut],
        numbers[from + CountingProgram.BytesIn], numbers[from + CountingProgram.PacketsIn]);
}
