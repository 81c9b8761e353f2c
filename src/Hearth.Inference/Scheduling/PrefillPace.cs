namespace Hearth.Inference.Scheduling;

/// <summary>
/// How many rows of prompts go into a pass beside answers that somebody reads: so many that the pass takes about twice as long as one without. Which rows share a pass changes no result.
/// </summary>
/// <param name="most">Rows of a pass.</param>
sealed class PrefillPace(int most)
{
    const double Target = 2, Weight = 0.2;
    const int Step = 8, First = 16;

    // Seconds of a pass that only decodes, smoothed; 0 until one was seen.
    double _decoding;
    int _rows = First;

    /// <summary>Rows of prompts that the next pass may take.</summary>
    /// <param name="decoding">Rows of answers in it.</param>
    internal int Rows(int decoding) => decoding == 0 ? most : Math.Min(_rows, most);

    /// <summary>Learns from a pass.</summary>
    /// <param name="decoding">Rows of answers that were in it.</param>
    /// <param name="prefilling">Rows of prompts that were in it.</param>
    /// <param name="time">How long it took.</param>
    internal void Note(int decoding, int prefilling, TimeSpan time)
    {
        if (decoding == 0)
            return;
        var seconds = time.TotalSeconds;
        if (prefilling == 0)
            _decoding = _decoding == 0 ? seconds : _decoding + (Weight * (seconds - _decoding));
        else if (_decoding > 0 && prefilling >= _rows)
            // Rounded, not cut: from one step upwards half of one must be enough to get to the next.
            _rows = Math.Clamp((int)Math.Round(_rows * Math.Clamp(Target * _decoding / seconds, 0.5, 1.5) / Step, MidpointRounding.AwayFromZero) * Step, Step, most);
    }
}
