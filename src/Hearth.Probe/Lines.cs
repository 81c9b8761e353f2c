using System.Text;

namespace Hearth.Probe;

/// <summary>What goes to the host: lines of words between tabs.</summary>
static class Lines
{
    internal static void Write(Stream to, params string[] words)
    {
        to.Write(Encoding.UTF8.GetBytes(string.Join('\t', words) + '\n'));
        to.Flush();
    }
}
