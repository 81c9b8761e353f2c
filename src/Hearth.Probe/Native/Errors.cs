using System.Globalization;

namespace Hearth.Probe.Native;

/// <summary>Error numbers and their names (the kernel's <c>errno-base.h</c> and <c>errno.h</c>), the same on x64 and arm64.</summary>
static class Errors
{
    internal const int NoEntry = 2, NoExecutable = 8, BadDescriptor = 9, TryAgain = 11, BadAddress = 14, Invalid = 22;

    static readonly Dictionary<int, string> Names = new()
    {
        [1] = "EPERM", [2] = "ENOENT", [3] = "ESRCH", [4] = "EINTR", [5] = "EIO", [6] = "ENXIO", [8] = "ENOEXEC", [9] = "EBADF", [11] = "EAGAIN", [12] = "ENOMEM",
        [13] = "EACCES", [14] = "EFAULT", [16] = "EBUSY", [17] = "EEXIST", [18] = "EXDEV", [19] = "ENODEV", [20] = "ENOTDIR", [21] = "EISDIR", [22] = "EINVAL",
        [23] = "ENFILE", [24] = "EMFILE", [25] = "ENOTTY", [26] = "ETXTBSY", [28] = "ENOSPC", [30] = "EROFS", [38] = "ENOSYS", [40] = "ELOOP", [61] = "ENODATA",
        [88] = "ENOTSOCK", [92] = "ENOPROTOOPT", [93] = "EPROTONOSUPPORT", [94] = "ESOCKTNOSUPPORT", [95] = "EOPNOTSUPP", [97] = "EAFNOSUPPORT", [106] = "EISCONN",
        [107] = "ENOTCONN", [110] = "ETIMEDOUT", [111] = "ECONNREFUSED", [126] = "ENOKEY",
    };

    internal static string Name(int error) => Names.TryGetValue(error, out var name) ? name : string.Create(CultureInfo.InvariantCulture, $"error {error}");
}
