using Hearth.Formats.Gguf;
using Hearth.Requests;

namespace Hearth.Inference.Architectures;

/// <summary>The keys of an architecture in a file's metadata, each proved to be in a sensible range.</summary>
sealed class ModelKeys(GgufMetadata metadata, string prefix)
{
    const int MaxTexts = 64;

    internal bool Has(string key) => metadata.TypeOf($"{prefix}.{key}") is not null;

    /// <summary>An integer from 1 to <paramref name="max"/>.</summary>
    internal int Size(string key, int max, int? otherwise = null) => (int)Integer(key, 1, max, otherwise);

    /// <summary>An integer from 0 to <paramref name="max"/>; 0 where the key is absent.</summary>
    internal int Count(string key, int max) => (int)Integer(key, 0, max, 0);

    /// <summary>A real number above 0; the other one where the key is absent.</summary>
    internal float Positive(string key, float otherwise)
    {
        if (!metadata.TryGetFloat32($"{prefix}.{key}", out var value))
            return otherwise;
        return float.IsFinite(value) && value > 0 ? value : throw Wrong(key, $"{value}", "a number above 0");
    }

    /// <summary>The first of these keys that is there.</summary>
    internal string First(string key, string otherwise) => Has(key) || !Has(otherwise) ? key : otherwise;

    /// <summary>A flag for each layer; null where the key is absent, or is no array.</summary>
    internal bool[]? LayerFlags(string key, int layers)
    {
        if (metadata.TypeOf($"{prefix}.{key}") != GgufValueType.Array)
            return null;
        _ = metadata.TryGetBools($"{prefix}.{key}", out var flags);
        return flags!.Length >= layers ? flags : throw Wrong(key, $"an array of {flags.Length}", $"{layers} flags");
    }

    internal string? Text(string key) => metadata.TryGetString($"{prefix}.{key}", out var text) ? text : null;

    /// <summary>Where a text stands among the first of an array; −1 where it does not.</summary>
    internal int IndexOf(string key, ReadOnlySpan<byte> text)
    {
        if (metadata.TryGetStrings($"{prefix}.{key}", out var texts))
        {
            for (var i = 0; i < Math.Min(texts.Count, MaxTexts); i++)
            {
                if (texts[i].SequenceEqual(text))
                    return i;
            }
        }

        return -1;
    }

    internal bool Flag(string key, bool otherwise) => metadata.TryGetBool($"{prefix}.{key}", out var flag) ? flag : otherwise;

    /// <summary>A number for each layer: an array, or one number for all.</summary>
    internal int[] PerLayer(string key, int layers, int max, int otherwise)
    {
        if (metadata.TypeOf($"{prefix}.{key}") is not { } type || type != GgufValueType.Array)
            return [.. Enumerable.Repeat(Size(key, max, otherwise), layers)];
        var numbers = metadata.GetInt32s($"{prefix}.{key}");
        return numbers.Length >= layers && numbers.All(n => n >= 0 && n <= max)
            ? numbers[..layers]
            : throw Wrong(key, $"an array of {numbers.Length}", $"{layers} numbers from 0 to {max}");
    }

    long Integer(string key, int min, int max, int? otherwise)
    {
        if (!Has(key) && otherwise is { } value)
            return value;
        var number = metadata.GetUInt32($"{prefix}.{key}");
        return number >= min && number <= max ? number : throw Wrong(key, $"{number}", $"{min} to {max}");
    }

    EngineException Wrong(string key, string found, string expected)
        => new(FailureCode.InvalidModel, $"The key {prefix}.{key} is {found}.", expected, "The file is damaged; take another copy.");
}
