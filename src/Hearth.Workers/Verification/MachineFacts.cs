using System.Runtime.InteropServices;
using Hearth.Confinement;

namespace Hearth.Workers.Verification;

/// <summary>Asks this machine what it is.</summary>
static class MachineFacts
{
    internal static VerifiedMachine Of(string worker, TimeProvider clock) => new(
        File.ReadAllText("/proc/sys/kernel/osrelease").Trim(), RuntimeInformation.ProcessArchitecture.ToString(), ConfinementSupport.LandlockAbi, Environment.UserName, worker,
        clock.GetUtcNow());
}
