using System.Text.RegularExpressions;
using Hearth.Server.Access;
using Hearth.Server.Routes;

namespace Hearth.Server.Ollama;

/// <summary><c>/api/blobs/DIGEST</c>: whether a file is here that a model is to be made of. None is taken over the network: no address of this server lets files in.</summary>
static partial class Blobs
{
    internal static Task IsHereAsync(Call call) => IsHere(call) ? Task.CompletedTask : throw new Refusal(404, "blob_not_found", "No file with this digest belongs to a model that the key may use.");

    internal static Task TakeAsync(Call call) => IsHere(call) ? Task.CompletedTask
        : throw new Refusal(400, "not_possible", "No file with this digest is here, and none is taken over the network. 'hearth models import FILE' adds a model on the machine itself.");

    /// <summary>The digest alone, of the only form that there is.</summary>
    internal static string Digest(string text, string parameter)
        => Form().Match(text) is { Success: true } match ? match.Groups[1].Value : throw Refusal.Invalid(parameter, $"'{parameter}' is no digest; sha256: and 64 digits belong there.");

    static bool IsHere(Call call)
    {
        var digest = Digest(call.Part("digest"), "digest");
        return call.Service.Models.ListFor(call.Principal).SelectMany(model => model.AllFiles).Any(file => file.Sha256 == digest);
    }

    [GeneratedRegex(@"^sha256[:-]([0-9a-f]{64})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
