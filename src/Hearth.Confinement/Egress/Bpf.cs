using System.Runtime.InteropServices;
using Hearth.Confinement.Linux;
using Microsoft.Win32.SafeHandles;

namespace Hearth.Confinement.Egress;

/// <summary>The calls of bpf(2) that counting needs. What they make lives as long as its descriptor; a process that is killed leaves none of it.</summary>
static unsafe class Bpf
{
    const int CreateMap = 0, LookUp = 1, LoadProgram = 5, Query = 16, CreateLink = 28, DetachLink = 34;
    const int ArrayMap = 2, MostTries = 20;

    /// <summary>Offsets in <c>union bpf_attr</c>, whose rest is zero.</summary>
    const int AttributeBytes = 128, MapName = 28, ProgramName = 48, ExpectedPlace = 68, QueryCount = 24;

    /// <summary>A map with one value of so many numbers.</summary>
    internal static SafeFileHandle Map(int numbers)
    {
        var attributes = stackalloc byte[AttributeBytes];
        var words = Clear(attributes);
        words[0] = ArrayMap;
        words[1] = sizeof(int);
        words[2] = numbers * sizeof(long);
        words[3] = 1;
        Name.CopyTo(new Span<byte>(attributes + MapName, Name.Length));
        return Made(Call(CreateMap, attributes), "Making the counters");
    }

    /// <summary>The numbers of such a map.</summary>
    internal static long[] Read(SafeFileHandle map, int count)
    {
        var attributes = stackalloc byte[AttributeBytes];
        var key = 0;
        var numbers = new long[count];
        fixed (long* value = numbers)
        {
            Clear(attributes)[0] = (int)map.DangerousGetHandle();
            *(void**)(attributes + 8) = &key;
            *(void**)(attributes + 16) = value;
            if (Call(LookUp, attributes) != 0)
                throw LibC.Failure("Reading the counters");
        }

        return numbers;
    }

    /// <summary>Loads a program; the kernel proves first that it ends and touches nothing but the map.</summary>
    internal static SafeFileHandle Program(int type, int place, EbpfInstruction[] code)
    {
        var attributes = stackalloc byte[AttributeBytes];
        var words = Clear(attributes);
        fixed (EbpfInstruction* instructions = code)
        fixed (byte* licence = "Apache-2.0\0"u8)
        {
            words[0] = type;
            words[1] = code.Length;
            *(void**)(attributes + 8) = instructions;
            *(void**)(attributes + 16) = licence;
            Name.CopyTo(new Span<byte>(attributes + ProgramName, Name.Length));
            *(int*)(attributes + ExpectedPlace) = place;
            // The kernel gives the proof up when a signal comes, and the runtime sends signals to its own threads.
            int descriptor;
            var tries = 0;
            do
                descriptor = Call(LoadProgram, attributes);
            while (descriptor < 0 && Marshal.GetLastPInvokeError() == Errno.TryAgain && ++tries < MostTries);
            return Made(descriptor, "Loading the counting program");
        }
    }

    /// <summary>Attaches a program to a control group until the link is closed.</summary>
    internal static SafeFileHandle Link(SafeFileHandle program, SafeFileHandle group, int place)
    {
        var attributes = stackalloc byte[AttributeBytes];
        var words = Clear(attributes);
        words[0] = (int)program.DangerousGetHandle();
        words[1] = (int)group.DangerousGetHandle();
        words[2] = place;
        return Made(Call(CreateLink, attributes), "Attaching the counting program");
    }

    /// <summary>Takes the program of a link away at once. Closing it waits until no other process has a copy, as one has that is just being started.</summary>
    internal static void Detach(SafeFileHandle link)
    {
        var attributes = stackalloc byte[AttributeBytes];
        Clear(attributes)[0] = (int)link.DangerousGetHandle();
        if (Call(DetachLink, attributes) != 0)
            throw LibC.Failure("Taking the counting program away");
    }

    /// <summary>How many programs are attached to a control group at a place; none of those of the groups above.</summary>
    internal static int Attached(SafeFileHandle group, int place)
    {
        var attributes = stackalloc byte[AttributeBytes];
        var words = Clear(attributes);
        words[0] = (int)group.DangerousGetHandle();
        words[1] = place;
        return Call(Query, attributes) == 0 ? *(int*)(attributes + QueryCount) : throw LibC.Failure("Asking for attached programs");
    }

    /// <summary>What administrators see of us in lists of programs and maps.</summary>
    static ReadOnlySpan<byte> Name => "hearth_count"u8;

    static int* Clear(byte* attributes)
    {
        new Span<byte>(attributes, AttributeBytes).Clear();
        return (int*)attributes;
    }

    static int Call(int command, byte* attributes)
        => (int)LibC.SystemCall((nint)SystemCalls.Current["bpf"], command, (nint)attributes, AttributeBytes);

    static SafeFileHandle Made(int descriptor, string what)
        => descriptor >= 0
            ? new(descriptor, ownsHandle: true)
            : Marshal.GetLastPInvokeError() == Errno.NotPermitted
                ? throw new ConfinementException($"{what} was refused: it needs root, or the capabilities CAP_BPF and CAP_NET_ADMIN.")
                : throw LibC.Failure(what);
}
