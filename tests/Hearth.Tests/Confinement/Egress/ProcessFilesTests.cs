using CsCheck;
using Hearth.Confinement.Egress;

namespace Hearth.Tests.Confinement.Egress;

/// <summary>Files about other processes: names in them are chosen by those, and may be made to mislead.</summary>
public sealed class ProcessFilesTests
{
    const string Fields = " 7 14230 14230 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 11 0 998877 1 2 3";

    [Theory]
    [InlineData("hearth")]
    [InlineData("a) R 1 (b")]
    [InlineData("\u001b[2J ) S 1 1 ")]
    [InlineData("")]
    [InlineData("))((")]
    [InlineData("two\nlines")]
    public void A_name_cannot_move_the_fields_of_stat(string name)
        => Assert.Equal(new ProcessStat(7, 998877), ProcessStat.Parse($"14231 ({name}) S{Fields}"));

    [Theory]
    [InlineData("")]
    [InlineData("14231 (hearth")]
    [InlineData("14231 (hearth) S 7 1")]
    [InlineData("14231 (hearth) S x 14230 14230 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 11 0 998877 1")]
    [InlineData("14231 hearth S 7 14230 14230 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 11 0 998877 1 2 3")]
    public void A_line_of_another_form_is_no_process(string text) => Assert.Null(ProcessStat.Parse(text));

    [Theory]
    [InlineData("/opt/hearth/hearth\0chat\0", "hearth")]
    [InlineData("hearth\0run\0a secret prompt\0", "hearth")]
    [InlineData("/usr/share/dotnet/dotnet\0/opt/hearth/hearth-worker.dll\0--parts=1\0", "hearth-worker")]
    [InlineData("dotnet\0exec\0/x/hearth.dll\0chat\0", "hearth")]
    [InlineData("/x/hearth-worker\0--parts=1\0", "hearth-worker")]
    [InlineData("grep\0hearth\0", "grep")]
    [InlineData("dotnet\0build\0hearth.dll\0", "dotnet")]
    [InlineData("dotnet\0", "dotnet")]
    [InlineData("bash\0./hearth\0chat\0", "bash")]
    [InlineData("", "")]
    [InlineData("\0\0\0", "")]
    public void A_program_is_known_by_its_file_name_and_the_rest_of_the_line_is_dropped(string line, string program)
        => Assert.Equal(program, RunningProcess.ProgramOf(line));

    [Theory]
    [InlineData("Name:\tx\nUid:\t1000\t1001\t1000\t1000\n", 1001L)]
    [InlineData("Name:\tUid:\t0\nUid:\t1000\t1001\t1000\t1000\n", 1001L)]
    [InlineData("Name:\tx\nUid:\t1000\n", null)]
    [InlineData("Name:\tx\n", null)]
    [InlineData("Uid:\t0\tx\t0\t0\n", null)]
    public void The_user_is_the_effective_one(string status, long? user) => Assert.Equal(user, RunningProcess.EffectiveUser(status));

    [Theory]
    [InlineData("Seccomp:\t2\nSeccomp_filters:\t3\n", "Seccomp_filters", 3L)]
    [InlineData("Seccomp_filters:\t3\nSeccomp:\t2\n", "Seccomp", 2L)]
    [InlineData("Name:\tSeccomp: 2\n", "Seccomp", null)]
    [InlineData("Seccomp:\t-1\n", "Seccomp", null)]
    [InlineData("Seccomp:\n", "Seccomp", null)]
    public void A_number_is_that_behind_the_whole_key(string status, string key, long? number) => Assert.Equal(number, ProcFile.Number(status, key));

    [Fact]
    public void A_thread_counts_as_confined_only_with_more_filters_than_the_reader()
    {
        var reader = Status(0, 2, 1);
        Assert.Equal(new ThreadRestrictions(3, 2, 3, 1, 1), ThreadRestrictions.Sum([Status(1, 2, 3), Status(1, 2, 1), Status(0, 2, 2)], reader));
        Assert.Equal(new ThreadRestrictions(1, 0, 0, 0, 0), ThreadRestrictions.Sum([Status(0, 0, 0)], Status(0, 0, 0)));
    }

    [Fact]
    public void A_status_without_a_restriction_s_line_is_unknown_and_not_unrestricted()
    {
        var whole = Status(1, 2, 3);
        Assert.All((string[])["NoNewPrivs", "Seccomp", "Seccomp_filters"], key =>
            Assert.Null(ThreadRestrictions.Sum([whole, whole.Replace($"{key}:", "Other:")], whole)));
        Assert.Null(ThreadRestrictions.Sum([], whole));
    }

    [Theory]
    [InlineData("socket:[12345]", 12345UL)]
    [InlineData("pipe:[12345]", null)]
    [InlineData("/tmp/socket:[12345]", null)]
    [InlineData("socket:[1x]", null)]
    [InlineData(null, null)]
    public void A_socket_is_known_by_the_target_of_its_link(string? target, ulong? inode) => Assert.Equal(inode, HeldSockets.Inode(target));

    [Theory]
    [InlineData("UNIX", true)]
    [InlineData("UNIX-STREAM", true)]
    [InlineData("NETLINK", true)]
    [InlineData("TCP", false)]
    [InlineData("UDPv6", false)]
    [InlineData("PACKET", false)]
    [InlineData("AF_VSOCK", false)]
    [InlineData("unnamed", false)]
    [InlineData("UNIXX", false)]
    public void Only_what_is_known_to_stay_on_the_machine_is_local(string protocol, bool local) => Assert.Equal(local, HeldSockets.IsLocal(protocol));

    [Theory]
    [InlineData("36 25 0:30 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw\n", "/sys/fs/cgroup")]
    [InlineData("30 25 0:25 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n40 30 0:31 / /sys/fs/cgroup/uni\\040fied rw - cgroup2 cgroup2 rw\n", "/sys/fs/cgroup/uni fied")]
    [InlineData("36 25 0:30 /docker/1 /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n", null)]
    [InlineData("36 25 0:30 / /cgroup2 rw - ext4 cgroup2 rw\n", null)]
    [InlineData("36 25 0:30 / /x rw -\n", null)]
    [InlineData("", null)]
    public void The_mount_of_control_groups_is_found(string mountinfo, string? mount) => Assert.Equal(mount, CgroupPlace.Mount(mountinfo));

    [Theory]
    [InlineData("9:name=systemd:/other\n0::/user.slice/a b\n", "/user.slice/a b")]
    [InlineData("0::/\n", "")]
    [InlineData("0::/../elsewhere\n", null)]
    [InlineData("0::/gone (deleted)\n", null)]
    [InlineData("4:memory:/x\n", null)]
    public void The_group_of_a_process_is_found_unless_it_is_out_of_reach(string text, string? group) => Assert.Equal(group, CgroupPlace.Parse(text));

    [Theory]
    [InlineData("/user.slice/hearth-count-12", "/user.slice")]
    [InlineData("/hearth-count-12", "")]
    [InlineData("/user.slice", "/user.slice")]
    [InlineData("", "")]
    public void The_home_of_a_counted_process_is_the_group_above(string place, string home) => Assert.Equal(home, CgroupCounter.Home(place));

    [Fact]
    public void No_text_makes_a_reader_throw()
        => Gen.String[Gen.Char["\n\t :()/\\0123456789-abSeccompUid\u001b\0"], 0, 200].Sample(text =>
        {
            _ = ProcessStat.Parse(text);
            _ = ProcessStat.Parse($"1 ({text}");
            _ = RunningProcess.ProgramOf(text);
            _ = RunningProcess.EffectiveUser($"Uid:\t{text}");
            _ = ThreadRestrictions.Sum([text], text);
            _ = SocketTables.Parse(text).Count();
            _ = CgroupPlace.Parse($"0::/{text}");
            _ = CgroupPlace.Mount($"36 25 0:30 / {text} - cgroup2 cgroup2 rw");
        });

    [Fact]
    public void The_sockets_of_a_table_are_those_of_its_lines()
    {
        const string table = """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 31337 1 0000000000000000 100 0 0 10 0
            broken
               1: 0100007F:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 31338 1 0000000000000000 100 0 0 10 0
            """;
        Assert.Equal([31337UL, 31338UL], SocketTables.Parse(table));
    }

    static string Status(int noNewPrivileges, int mode, int filters)
        => $"Name:\tx\nNoNewPrivs:\t{noNewPrivileges}\nSeccomp:\t{mode}\nSeccomp_filters:\t{filters}\nSpeculation_Store_Bypass:\tvulnerable\n";
}
