using System.Globalization;

namespace Hearth.Probe;

/// <summary>What the attempts aim at.</summary>
/// <param name="TcpPort">A listener on loopback.</param>
/// <param name="UdpPort">A receiver on loopback.</param>
/// <param name="AbstractName">A listening UNIX socket without a path.</param>
/// <param name="Folder">A folder of the user's, prepared by the host.</param>
/// <param name="Victim">Another process of the user's.</param>
/// <param name="VictimAddress">Memory in it that may be read and written.</param>
/// <param name="Leaked">A descriptor that the host left open for its children.</param>
/// <param name="LeakedName">What <c>/proc</c> calls what is behind it.</param>
sealed record Targets(int TcpPort, int UdpPort, string AbstractName, string Folder, int Victim, nint VictimAddress, int Leaked, string LeakedName)
{
    /// <summary>How many words they are on the host's line.</summary>
    internal const int Words = 8;

    internal string Secret => In("secret.txt");

    /// <summary>From the words of the host's line.</summary>
    internal static Targets From(ReadOnlySpan<string> words) => new(
        Number(words[0]), Number(words[1]), words[2], words[3], Number(words[4]), nint.Parse(words[5], CultureInfo.InvariantCulture), Number(words[6]), words[7]);

    internal string In(string name) => Path.Combine(Folder, name);

    static int Number(string word) => int.Parse(word, CultureInfo.InvariantCulture);
}
