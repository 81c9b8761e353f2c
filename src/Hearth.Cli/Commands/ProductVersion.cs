using System.Reflection;

namespace Hearth.Cli.Commands;

/// <summary>The version that the build set.</summary>
static class ProductVersion
{
    internal static string Text { get; }
        = typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";
}
