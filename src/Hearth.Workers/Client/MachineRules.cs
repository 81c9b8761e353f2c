using Hearth.Requests.Models;
using Hearth.Workers.Protocol;

namespace Hearth.Workers.Client;

/// <summary>What a measurement of the machine can be: figures for the formats that were asked for.</summary>
sealed class MachineRules(IReadOnlyList<string> types)
{
    internal void Check(object reply)
    {
        if (!((MachineSpeed)reply).Formats.Select(f => f.Type).SequenceEqual(types))
            throw new ProtocolException("The machine was measured with other formats than were asked for.");
    }
}
