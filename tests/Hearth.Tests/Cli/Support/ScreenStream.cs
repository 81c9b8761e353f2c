using System.Text;

namespace Hearth.Tests.Cli.Support;

/// <summary>What a program wrote so far; a test can wait for a text to appear.</summary>
sealed class ScreenStream : Stream
{
    // Long enough for a program to start on a machine that is busy; only a failure takes so long.
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    readonly Lock _writing = new();
    readonly MemoryStream _bytes = new();
    TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Waits until the text was written so often, and says what was there instead if it never was.</summary>
    internal async Task WaitForAsync(string text, int times = 1)
    {
        while (true)
        {
            string shown;
            Task changed;
            lock (_writing)
            {
                shown = Encoding.UTF8.GetString(_bytes.ToArray());
                changed = _changed.Task;
            }

            if (shown.Split(text).Length > times)
                return;
            if (await Task.WhenAny(changed, Task.Delay(Limit)) != changed)
                Assert.Fail($"'{text}' did not appear {times} times within {Limit.TotalSeconds} s. Shown: {shown.Replace("\e", "^[")}");
        }
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        lock (_writing)
        {
            _bytes.Write(buffer, offset, count);
            _changed.TrySetResult();
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
