namespace Hearth.Storage.Access;

/// <summary>Random bytes of one user, which go into the key of every cached page: without them nobody can hit, or tell, what another user has in the cache.</summary>
public sealed class TenantSecret
{
    /// <summary>How many bytes.</summary>
    public const int Length = 32;

    readonly byte[] _bytes;

    internal TenantSecret(byte[] bytes) => _bytes = bytes;

    /// <summary>The bytes, borrowed.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Not the bytes.</summary>
    public override string ToString() => "(secret)";
}
