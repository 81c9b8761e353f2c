using System.Text.Json.Serialization;

namespace Hearth.ConfinementProbe;

/// <summary>What is printed and passed on: written without reflection, so that the program can also be published as a native one.</summary>
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(Dictionary<string, int>))]
[JsonSerializable(typeof(Dictionary<string, double>))]
[JsonSerializable(typeof(Dictionary<string, Dictionary<string, string>>))]
sealed partial class Results : JsonSerializerContext;
