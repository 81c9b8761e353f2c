// Writes the table by which Hearth decomposes and composes characters, from two files of the Unicode Character Database:
// dotnet run tools/normalization-table.cs UnicodeData.txt CompositionExclusions.txt src/Hearth.Inference/Tokenizers/Unicode/Normalization.bin
//
// The table: a 16-bit count of canonical decompositions, then for each the character, the first and the second part (0 where there is one part only) in
// 24 bits each, the character's highest bit being set where the two parts compose again; then runs of a combining class: first character in 24 bits,
// length and class in 8 bits each. Little-endian.
using System.Globalization;

var characters = File.ReadLines(args[0]).Select(line => line.Split(';')).ToList();
var excluded = File.ReadLines(args[1]).Select(line => line.Split('#')[0].Trim()).Where(code => code.Length > 0).Select(Code).ToHashSet();
var classes = characters.Where(c => c[3] != "0").ToDictionary(c => Code(c[0]), c => byte.Parse(c[3], CultureInfo.InvariantCulture));
var decompositions = characters.Where(c => c[5].Length > 0 && c[5][0] != '<').Select(c => (Of: Code(c[0]), Parts: c[5].Split(' ').Select(Code).ToArray())).ToList();

using var table = new BinaryWriter(File.Create(args[2]));
table.Write((ushort)decompositions.Count);
foreach (var (of, parts) in decompositions)
{
    // Section 5.6 of UAX #15: what is excluded, alone, or begins with a mark does not compose.
    var composes = parts.Length == 2 && !excluded.Contains(of) && !classes.ContainsKey(of) && !classes.ContainsKey(parts[0]);
    Write(composes ? of | 0x80_0000 : of);
    Write(parts[0]);
    Write(parts.Length == 2 ? parts[1] : 0);
}

var marks = classes.OrderBy(mark => mark.Key).ToList();
for (var i = 0; i < marks.Count;)
{
    var length = 1;
    while (length < byte.MaxValue && i + length < marks.Count && marks[i + length].Key == marks[i].Key + length && marks[i + length].Value == marks[i].Value)
        length++;
    Write(marks[i].Key);
    table.Write((byte)length);
    table.Write(marks[i].Value);
    i += length;
}

static int Code(string hex) => int.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

void Write(int code)
{
    table.Write((ushort)(code & 0xFFFF));
    table.Write((byte)(code >> 16));
}
