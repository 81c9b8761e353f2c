using System.Net.Sockets;
using System.Text;
using Hearth.Confinement;
using Hearth.WorkerDouble;
using Hearth.Workers.Server;

// The worker with a model that misbehaves on demand. The text of its model file says what it does at once:
// "silent" never answers, "noise" answers without sense, "phones" tries to tell somebody what it sees; anything else serves FakeModel.
if (!args.Contains("--unconfined"))
    SelfConfinement.DenyExecute();

using var link = SelfConfinement.OpenLink();
if (args.Contains("--parts=0"))
    return await WorkerServer.RunAsync(link, () => new FakeModel()) is null ? 0 : 3;

using var file = SelfConfinement.OpenDescriptor(0);
var text = new byte[6];
var said = Encoding.UTF8.GetString(text.AsSpan(0, RandomAccess.Read(file, text, 0))).Trim();
if (said == "noise")
    link.Write(new byte[100]);
if (said == "phones")
{
    try
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        // An address that is never anybody's (RFC 5737).
        await socket.ConnectAsync("192.0.2.1", 443);
    }
    catch (SocketException)
    {
        // As spying software does: nobody is to notice.
    }
}

if (said is "noise" or "silent")
{
    await Task.Delay(Timeout.Infinite);
    return 1;
}

return await WorkerServer.RunAsync(link, () => new FakeModel { Inspected = FakeModel.Inspection with { Adapter = null } }) is null ? 0 : 3;
