using Hearth.Tensors.Threading;

namespace Hearth.Tests.Tensors.Threading;

[Collection("kernels")]
public sealed class CrewTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void All_members_run_and_meet_at_every_barrier(int size)
    {
        using var crew = new Crew(size, 64);
        for (var round = 0; round < 200; round++)
        {
            var (members, counted, late) = (1 + (round % size), 0, 0);
            crew.Run(members, member =>
            {
                for (var step = 1; step <= 10; step++)
                {
                    Interlocked.Increment(ref counted);
                    member.Barrier();
                    if (Volatile.Read(ref counted) < step * member.Count)
                        Interlocked.Increment(ref late);
                    member.Barrier();
                }
            });
            Assert.Equal((members * 10, 0), (counted, late));
        }
    }

    [Fact]
    public void A_job_is_given_out_once_and_each_phase_starts_anew()
    {
        using var crew = new Crew(3, 64);
        for (var round = 0; round < 50; round++)
        {
            var taken = new int[4, 100];
            crew.Run(3, member =>
            {
                for (var phase = 0; phase < 4; phase++)
                {
                    member.BeginPhase();
                    for (var job = member.Take(); job < 100; job = member.Take())
                        Interlocked.Increment(ref taken[phase, job]);
                }
            });
            Assert.All(taken.Cast<int>(), count => Assert.Equal(1, count));
        }
    }

    [Fact]
    public void A_member_that_fails_lets_the_others_go_and_its_exception_arrives()
    {
        using var crew = new Crew(3, 64);
        for (var failing = 0; failing < 3; failing++)
        {
            var index = failing;
            Assert.Throws<InvalidOperationException>(() => crew.Run(3, member =>
            {
                member.Barrier();
                if (member.Index == index)
                    throw new InvalidOperationException();
                member.Barrier();
                member.Barrier();
            }));
            var ran = 0;
            crew.Run(3, _ => Interlocked.Increment(ref ran));
            Assert.Equal(3, ran);
        }
    }

    [Fact]
    public async Task Members_that_fell_asleep_wake_up()
    {
        using var crew = new Crew(2, 64);
        for (var round = 0; round < 5; round++)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
            var ran = 0;
            crew.Run(2, _ => Interlocked.Increment(ref ran));
            Assert.Equal(2, ran);
        }
    }

    [Fact]
    public void Shares_cover_all_jobs_once_in_whole_units()
    {
        using var crew = new Crew(3, 64);
        foreach (var (jobs, unit) in ((int, int)[])[(0, 1), (1, 2), (7, 2), (36, 2), (100, 1)])
        {
            var covered = new int[jobs];
            crew.Run(3, member =>
            {
                var (from, to) = member.Share(jobs, unit);
                Assert.Equal(0, from % unit == 0 || from == jobs ? 0 : 1);
                for (var job = from; job < to; job++)
                    Interlocked.Increment(ref covered[job]);
            });
            Assert.All(covered, count => Assert.Equal(1, count));
        }
    }
}
