using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hearth.Tests.Models.Support;

/// <summary>A library as Ollama writes it: manifests that name blobs.</summary>
sealed class OllamaLayout(string folder)
{
    const string Kind = "application/vnd.ollama.image.";

    internal string Folder => folder;

    internal string Blob(string digest) => Path.Combine(folder, "blobs", $"sha256-{digest}");

    /// <summary>Writes a model; layers are a kind and its bytes. The weights may be a link to a file instead.</summary>
    internal OllamaLayout Add(string manifest, byte[]? weights, params (string Kind, string Text)[] others) => Write(manifest, weights is null ? null : Store(weights), others);

    /// <summary>Writes a model with layers of any bytes.</summary>
    internal OllamaLayout Add(string manifest, byte[] weights, (string Kind, byte[] Bytes)[] others) => Write(manifest, Store(weights), others);

    /// <summary>A model whose weights are a file that exists, linked under its digest.</summary>
    internal OllamaLayout Link(string manifest, string file, params (string Kind, string Text)[] others)
    {
        using var stream = File.OpenRead(file);
        var digest = Convert.ToHexStringLower(SHA256.HashData(stream));
        Directory.CreateDirectory(Path.Combine(folder, "blobs"));
        if (!Path.Exists(Blob(digest)))
            File.CreateSymbolicLink(Blob(digest), file);
        return Write(manifest, (digest, stream.Length), others);
    }

    /// <summary>A manifest of any content.</summary>
    internal OllamaLayout Raw(string manifest, string json)
    {
        var path = Path.Combine(folder, "manifests", manifest);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, json);
        return this;
    }

    OllamaLayout Write(string manifest, (string Digest, long Bytes)? weights, (string Kind, string Text)[] others)
        => Write(manifest, weights, Array.ConvertAll(others, other => (other.Kind, Encoding.UTF8.GetBytes(other.Text))));

    OllamaLayout Write(string manifest, (string Digest, long Bytes)? weights, (string Kind, byte[] Bytes)[] others)
    {
        var layers = new JsonArray();
        if (weights is { } model)
            layers.Add(Layer("model", model.Digest, model.Bytes));
        foreach (var (kind, content) in others)
        {
            var (digest, bytes) = Store(content);
            layers.Add(Layer(kind, digest, bytes));
        }

        var config = Store("{\"model_format\":\"gguf\"}"u8.ToArray());
        return Raw(manifest, new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = "application/vnd.docker.distribution.manifest.v2+json",
            ["config"] = new JsonObject { ["mediaType"] = "application/vnd.docker.container.image.v1+json", ["digest"] = $"sha256:{config.Digest}", ["size"] = config.Bytes },
            ["layers"] = layers,
        }.ToJsonString(new JsonSerializerOptions()));
    }

    static JsonObject Layer(string kind, string digest, long bytes)
        => new() { ["mediaType"] = $"{Kind}{kind}", ["digest"] = $"sha256:{digest}", ["size"] = bytes, ["from"] = "/somewhere/else" };

    (string Digest, long Bytes) Store(byte[] bytes)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(bytes));
        Directory.CreateDirectory(Path.Combine(folder, "blobs"));
        File.WriteAllBytes(Blob(digest), bytes);
        return (digest, bytes.Length);
    }
}
