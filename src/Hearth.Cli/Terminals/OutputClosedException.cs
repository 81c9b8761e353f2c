namespace Hearth.Cli.Terminals;

/// <summary>Whoever read the output has gone, as <c>| head</c> does when it has enough: there is nobody to answer, and nothing to complain about.</summary>
sealed class OutputClosedException(IOException inner) : Exception("The reader of the output has gone.", inner);
