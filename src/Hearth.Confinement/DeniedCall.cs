namespace Hearth.Confinement;

/// <summary>A system call that a confined process tried and was refused.</summary>
/// <param name="Call">The call's name, for example <c>socket</c>.</param>
/// <param name="Family">Of a socket that it wanted to make: the address family, for example <c>IPv4</c>; null for other calls.</param>
/// <param name="Process">The process that tried.</param>
/// <param name="Thread">The kernel's number of the thread that tried.</param>
/// <param name="Time">When the host heard of it.</param>
/// <remarks>The thread's name isn't part of it: the process chooses that, so it could hold anything.</remarks>
public sealed record DeniedCall(string Call, string? Family, int Process, int Thread, DateTimeOffset Time);
