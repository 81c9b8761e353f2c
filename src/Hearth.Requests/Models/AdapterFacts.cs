namespace Hearth.Requests.Models;

/// <summary>What an adapter's file says of itself.</summary>
/// <param name="Type">Its kind; <c>lora</c> is the one that can be loaded.</param>
/// <param name="Architecture">Of the models that it is for.</param>
/// <param name="Matrices">How many matrices it changes.</param>
/// <param name="LowestRank">The lowest rank of a change; 0 where there is none.</param>
/// <param name="HighestRank">The highest one.</param>
/// <param name="Alpha">What the scale is multiplied by, over the rank; 0 where the file states none.</param>
public sealed record AdapterFacts(string Type, string Architecture, int Matrices, int LowestRank, int HighestRank, float Alpha);
