using System.Runtime.InteropServices;

namespace Hearth.Models.Store;

/// <summary>Whether .NET's digests can be computed here: without OpenSSL they would end the process, so it is looked for first.</summary>
static class OpenSsl
{
    /// <summary>The names under which .NET looks for it, of the versions that it takes.</summary>
    static readonly string[] Libraries = ["libssl.so.3", "libssl.so.1.1"];

    internal static bool IsThere { get; } = Array.Exists(Libraries, library => NativeLibrary.TryLoad(library, out _));
}
