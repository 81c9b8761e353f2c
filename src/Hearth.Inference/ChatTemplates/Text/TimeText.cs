using System.Globalization;
using Hearth.Inference.ChatTemplates.Rendering;

namespace Hearth.Inference.ChatTemplates.Text;

/// <summary>What <c>strftime_now</c> says: a time by the codes of C's strftime, in English, as Python and glibc write them.</summary>
static class TimeText
{
    internal static string Format(DateTime time, string format, Budget budget)
    {
        var into = new BoundedText(budget);
        for (var i = 0; i < format.Length; i++)
        {
            budget.Step();
            if (format[i] != '%' || i + 1 == format.Length)
            {
                into.Append(format[i]);
                continue;
            }

            // What a locale could write otherwise is written the plain way.
            if (format[i + 1] is 'E' or 'O' && i + 2 < format.Length)
                i++;
            var flag = format[i + 1] is '-' or '_' or '0' or '^' && i + 2 < format.Length ? format[++i] : '\0';
            into.Append(Field(time, format[++i], flag) ?? $"%{(flag == 0 ? "" : flag)}{format[i]}");
        }

        return into.ToString();
    }

    static string? Field(DateTime time, char code, char flag) => code switch
    {
        'Y' => Number(time.Year, 1, flag),
        'C' => Number(time.Year / 100, 2, flag),
        'y' => Number(time.Year % 100, 2, flag),
        'm' => Number(time.Month, 2, flag),
        'd' => Number(time.Day, 2, flag),
        'e' => Number(time.Day, 2, flag == 0 ? '_' : flag),
        'H' => Number(time.Hour, 2, flag),
        'k' => Number(time.Hour, 2, flag == 0 ? '_' : flag),
        'I' => Number(TwelveHours(time), 2, flag),
        'l' => Number(TwelveHours(time), 2, flag == 0 ? '_' : flag),
        'M' => Number(time.Minute, 2, flag),
        'S' => Number(time.Second, 2, flag),
        'f' => time.ToString("ffffff", CultureInfo.InvariantCulture),
        'j' => Number(time.DayOfYear, 3, flag),
        'w' => Number((int)time.DayOfWeek, 1, flag),
        'u' => Number(time.DayOfWeek == 0 ? 7 : (int)time.DayOfWeek, 1, flag),
        'U' => Number((time.DayOfYear + 6 - (int)time.DayOfWeek) / 7, 2, flag),
        'W' => Number((time.DayOfYear + 6 - (((int)time.DayOfWeek + 6) % 7)) / 7, 2, flag),
        'V' => Number(ISOWeek.GetWeekOfYear(time), 2, flag),
        'G' => Number(ISOWeek.GetYear(time), 1, flag),
        'g' => Number(ISOWeek.GetYear(time) % 100, 2, flag),
        'B' => Name(time, "MMMM", flag),
        'b' or 'h' => Name(time, "MMM", flag),
        'A' => Name(time, "dddd", flag),
        'a' => Name(time, "ddd", flag),
        'p' => Name(time, "tt", flag),
        'P' => time.Hour < 12 ? "am" : "pm",
        'c' => $"{Name(time, "ddd MMM", flag)} {Number(time.Day, 2, '_')} {Name(time, "HH:mm:ss yyyy", flag)}",
        'D' or 'x' => Name(time, "MM/dd/yy", flag),
        'F' => Name(time, "yyyy-MM-dd", flag),
        'T' or 'X' => Name(time, "HH:mm:ss", flag),
        'R' => Name(time, "HH:mm", flag),
        'r' => Name(time, "hh:mm:ss tt", flag),
        's' => ((long)(time - DateTime.UnixEpoch).TotalSeconds).ToString(CultureInfo.InvariantCulture),
        'z' or 'Z' => "",
        'n' => "\n",
        't' => "\t",
        '%' => "%",
        _ => null,
    };

    static string Name(DateTime time, string pattern, char flag)
    {
        var name = time.ToString(pattern, CultureInfo.InvariantCulture);
        return flag == '^' ? name.ToUpperInvariant() : name;
    }

    static int TwelveHours(DateTime time) => time.Hour % 12 == 0 ? 12 : time.Hour % 12;

    static string Number(int number, int width, char flag) => flag == '-'
        ? number.ToString(CultureInfo.InvariantCulture)
        : number.ToString(CultureInfo.InvariantCulture).PadLeft(width, flag == '_' ? ' ' : '0');
}
