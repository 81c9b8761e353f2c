using Hearth.Requests.Events;
using Hearth.Workers.Protocol;

namespace Hearth.Workers.Client;

/// <summary>What the figures of a measurement can be: one of each kind for each round that was asked for.</summary>
sealed class FigureRules(int rounds)
{
    static readonly int Kinds = Enum.GetValues<MeasurementKind>().Length;

    long _figures;

    internal void Check(object reply)
    {
        var figure = (MeasurementEvent)reply;
        if (figure.Round >= rounds || ++_figures > (long)rounds * Kinds)
            throw new ProtocolException($"Figure {_figures} belongs to round {figure.Round}; {rounds} rounds of {Kinds} figures are measured.");
    }
}
