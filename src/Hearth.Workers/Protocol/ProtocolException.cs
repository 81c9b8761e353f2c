namespace Hearth.Workers.Protocol;

/// <summary>The other end broke a rule of the protocol. The message names the rule and numbers, never what a text said.</summary>
sealed class ProtocolException(string rule, Exception? inner = null) : Exception(rule, inner);
