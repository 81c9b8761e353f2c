using Hearth.Workers.Verification;

namespace Hearth.Tests.Workers.Verification;

public sealed class JudgementTests
{
    [Theory]
    // Confined and control, from two kinds of thread.
    [InlineData("EPERM OK, EPERM OK", "", AttemptVerdict.Denied, "")]
    [InlineData("EPERM OK, OK OK", "", AttemptVerdict.NotDenied, "possible from: b")]
    [InlineData("OK OK, OK OK", "", AttemptVerdict.NotDenied, "possible from: a, b")]
    [InlineData("EPERM ENOSYS, EPERM ENOSYS", "", AttemptVerdict.NotDiscriminating, "this kernel has no such call (ENOSYS)")]
    [InlineData("EPERM OK, EPERM Strange", "", AttemptVerdict.NotDiscriminating, "it fails without us too (Strange)")]
    [InlineData("EPERM EACCES, EPERM ENOENT", "", AttemptVerdict.NotDiscriminating, "this user may not do it anyway (EACCES); there is none on this machine (ENOENT)")]
    // What is possible in the jail is not made better by a control that fails.
    [InlineData("OK ENOSYS, EPERM ENOSYS", "", AttemptVerdict.NotDenied, "possible from: a")]
    [InlineData("OK OK, EPERM OK", "needed", AttemptVerdict.Allowed, "needed")]
    // Only what a jail answers is a refusal.
    [InlineData("EACCES OK, ENOSYS OK", "", AttemptVerdict.Denied, "")]
    [InlineData("not_there OK, not_resolved OK", "", AttemptVerdict.Denied, "")]
    [InlineData("signal_31_(forbidden) OK, EPERM OK", "", AttemptVerdict.Denied, "")]
    [InlineData("signal_11_(segmentation_fault) OK, EPERM OK", "", AttemptVerdict.NotDenied, "failed (signal 11 (segmentation fault)), but was not refused, from: a")]
    [InlineData("exit_code_1 OK, EPERM OK", "", AttemptVerdict.NotDenied, "failed (exit code 1), but was not refused, from: a")]
    [InlineData("EMFILE OK, EMFILE OK", "", AttemptVerdict.NotDenied, "failed (EMFILE), but was not refused, from: a, b")]
    [InlineData("not_run OK, OK OK", "", AttemptVerdict.NotDenied, "failed (not run), but was not refused, from: a; possible from: b")]
    [InlineData("EPERM OK, NullReferenceException OK", "", AttemptVerdict.NotDenied, "failed (NullReferenceException), but was not refused, from: b")]
    [InlineData("EAGAIN OK, EPERM OK", "", AttemptVerdict.NotDenied, "failed (EAGAIN), but was not refused, from: a")]
    // An allowance that can't be shown to be unused stays one, and where the control fails too nothing is shown either way.
    [InlineData("ENOMEM OK, EPERM OK", "needed", AttemptVerdict.Allowed, "needed")]
    [InlineData("ENOENT ENOENT, ENOENT ENOENT", "", AttemptVerdict.NotDiscriminating, "there is none on this machine (ENOENT)")]
    // An allowance that isn't used any more is no allowance.
    [InlineData("EPERM OK, EPERM OK", "needed", AttemptVerdict.Denied, "")]
    [InlineData("EPERM ENOSYS, EPERM ENOSYS", "needed", AttemptVerdict.NotDiscriminating, "this kernel has no such call (ENOSYS)")]
    public void A_verdict_follows_from_both_runs(string outcomes, string allowed, AttemptVerdict verdict, string why)
    {
        var threads = outcomes.Split(", ").Select((pair, i) => new AttemptOutcome(i == 0 ? "a" : "b", Word(pair, 0), Word(pair, 1)));
        Assert.Equal((verdict, why), Judgement.Of(allowed, [.. threads]));

        static string Word(string pair, int index) => pair.Split(' ')[index].Replace('_', ' ');
    }

    [Theory]
    [InlineData("needed", AttemptVerdict.Denied, "once the model is loaded")]
    [InlineData("", AttemptVerdict.NotDenied, "possible from: loading")]
    public void What_a_native_worker_gives_up_with_its_model_loaded_is_denied_only_where_it_was_allowed_before(string allowed, AttemptVerdict verdict, string why)
        => Assert.Equal((verdict, why), Judgement.Of(allowed, [new("loading", "OK", "OK"), new("main", "EPERM", "OK")]));

    [Theory]
    [InlineData(true, AttemptVerdict.Denied, AttemptVerdict.Allowed, AttemptVerdict.NotDiscriminating)]
    [InlineData(false, AttemptVerdict.Denied, AttemptVerdict.NotDenied)]
    [InlineData(false, AttemptVerdict.Allowed, AttemptVerdict.NotDiscriminating)]
    [InlineData(false)]
    public void Passed_is_what_has_denials_and_no_attempt_that_got_through(bool passed, params AttemptVerdict[] verdicts)
    {
        var result = new ConfinementVerification
        {
            Machine = new("6", "X64", 7, "user", "managed", default),
            Attempts = [.. verdicts.Select(verdict => new VerifiedAttempt("group", "name", "gives", verdict, "", []))],
        };
        Assert.Equal(passed, result.Passed);
    }
}
