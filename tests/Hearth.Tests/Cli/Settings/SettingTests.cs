using System.Diagnostics;
using Hearth.Cli.Settings;
using Hearth.Tensors.Kernels;
using Hearth.Tests.Cli.Support;

namespace Hearth.Tests.Cli.Settings;

public sealed class SettingTests : IDisposable
{
    readonly CliRun _cli = new CliRun().WithShippedModel();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Options_override_the_environment_which_overrides_the_file_which_overrides_the_defaults()
    {
        Assert.Equal(0.3f, await TemperatureAsync());
        _cli.File(".config/hearth/config.json", "// how I like it\n{ \"temperature\": 0.1, }");
        Assert.Equal(0.1f, await TemperatureAsync());
        _cli.Environment["HEARTH_TEMPERATURE"] = "0.2";
        Assert.Equal(0.2f, await TemperatureAsync());
        Assert.Equal(0.4f, await TemperatureAsync("--temperature", "0.4"));
    }

    [Fact]
    public async Task The_configuration_folder_of_the_environment_is_used_unless_it_is_relative()
    {
        _cli.File("elsewhere/hearth/config.json", "{ \"stop\": [\"a\", \"b\"], \"threads\": 2, \"unconfined\": true, \"isa\": \"scalar\" }");
        _cli.Environment["XDG_CONFIG_HOME"] = "elsewhere";
        await _cli.RunAsync("run", "x");
        Assert.Equal(0, _cli.Model.LoadedWith!.PrefillThreads);
        _cli.Environment["XDG_CONFIG_HOME"] = _cli.PathOf("elsewhere");
        await _cli.RunAsync("run", "x");
        Assert.Equal((2, 2, "scalar"), (_cli.Model.LoadedWith!.PrefillThreads, _cli.Model.LoadedWith.DecodeThreads, _cli.Model.LoadedWith.InstructionSet));
        Assert.Equal(["a", "b"], _cli.Model.Requests[^1].Stop);
        Assert.True(_cli.Opened[^1].Unconfined);
    }

    [Theory]
    [InlineData("[]", "holds Array")]
    [InlineData("{\n\"temperature\": \n}", "is not JSON (line 3)")]
    [InlineData("{\"\\ud800\": 1}", "half a character")]
    [InlineData("{\"tempreature\": 1}", "unknown key \"tempreature\"")]
    [InlineData("{\"json\": true}", "unknown key \"json\"")]
    [InlineData("{\"threads\": {}}", "has Object in \"threads\"")]
    [InlineData("{\"stop\": [1]}", "list of other things than texts in \"stop\"")]
    [InlineData("{\"threads\": 0}", "The key \"threads\" of the configuration file has the value '0'.")]
    public async Task A_broken_configuration_file_is_a_usage_error_that_says_where(string content, string found)
    {
        _cli.File(".config/hearth/config.json", content);
        Assert.Equal(2, await _cli.RunAsync("run", "x"));
        Assert.Contains(found, _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_file_that_is_no_regular_file_is_refused_and_not_waited_for()
    {
        var path = Path.Combine(Path.GetDirectoryName(_cli.File(".config/hearth/other", ""))!, "config.json");
        using (var made = Process.Start("mkfifo", [path]))
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, await Task.Run(() => _cli.RunAsync("run", "x")).WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken));
        Assert.Contains("is empty, or no ordinary file", _cli.Error, StringComparison.Ordinal);
        File.Delete(path);
        Directory.CreateDirectory(path);
        Assert.Equal(2, await _cli.RunAsync("run", "x"));
        Directory.Delete(path);
        File.CreateSymbolicLink(path, _cli.File("dotfiles/hearth.json", "{ \"temperature\": 0.1 }"));
        Assert.Equal(0.1f, await TemperatureAsync());
    }

    [Fact]
    public async Task A_wrong_variable_is_a_usage_error_that_names_it()
    {
        _cli.Environment["HEARTH_UNCONFINED"] = "maybe";
        Assert.Equal(2, await _cli.RunAsync("run", "x"));
        Assert.Contains("The environment variable HEARTH_UNCONFINED has the value 'maybe'.\n  expected: true or false.", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_kernel_path_has_its_name_as_an_option()
    {
        foreach (var name in KernelPaths.All)
        {
            Assert.Equal(0, await _cli.RunAsync("run", "--isa", name, "x"));
            Assert.Equal(name, _cli.Model.LoadedWith!.InstructionSet);
            Assert.Contains(name, SettingTable.Isa.Help, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Names_are_unique_where_they_last_and_defaults_in_help_texts_are_the_real_ones()
    {
        Assert.Equal(SettingTable.LastingOnes.Length, SettingTable.LastingOnes.Select(s => s.Name).Distinct().Count());
        Assert.All(SettingTable.LastingOnes, s => Assert.True(s.Lasting));
        var numbers = SettingTable.Sampling.OfType<Setting<float>>();
        Assert.All(numbers, s => Assert.Equal(s.Fallback, float.Parse(s.Default, System.Globalization.CultureInfo.InvariantCulture)));
    }

    async Task<float> TemperatureAsync(params string[] options)
    {
        Assert.Equal(0, await _cli.RunAsync(["run", "x", .. options]));
        return _cli.Model.Requests[^1].Sampling.Temperature;
    }
}
