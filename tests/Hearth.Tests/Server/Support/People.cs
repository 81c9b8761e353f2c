using Hearth.Storage;
using Hearth.Storage.Access;

namespace Hearth.Tests.Server.Support;

/// <summary>Two users with weights, as the server sees them.</summary>
sealed class People : IAsyncDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("hearth-people-").FullName;
    readonly List<Principal> _people = [];
    Database _database = null!;

    internal Principal this[int index] => _people[index];

    internal static async Task<People> MakeAsync(params int[] weights)
    {
        var people = new People();
        people._database = Database.Open(Path.Combine(people._folder, "storage"), TimeProvider.System);
        foreach (var weight in weights)
        {
            var name = $"user{people._people.Count}";
            await people._database.Users.AddAsync(name, new(weight));
            var (_, text) = await people._database.Keys.AddAsync(name, new(KeyScopes.Chat));
            people._people.Add((await people._database.Keys.AuthenticateAsync(text.Reveal())).Principal!);
        }

        return people;
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
