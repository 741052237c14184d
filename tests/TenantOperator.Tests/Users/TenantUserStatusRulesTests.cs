using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms;
using TenantOperator.Tests.Support;
using TenantOperator.Users;

namespace TenantOperator.Tests.Users;

public sealed class TenantUserStatusRulesTests
{
    private static readonly MemberObservation Observed = new(PlatformOutcome.Ok, "jane@acme.example", "admin");

    [Fact]
    public void A_status_that_says_all_there_is_to_say_is_returned_as_it_is()
    {
        var user = A.User("jane", status: Next(A.User("jane")));

        Next(user).Should().BeSameAs(user.Status);
    }

    public static TheoryData<string, Func<TenantUserStatus, TenantUserStatus>> Differences => new()
    {
        { "no conditions", status => status with { Conditions = null } },
        { "a condition too many", status => status with { Conditions = [.. status.Conditions!, status.Conditions![0] with { Type = "Stalled" }] } },
        { "an old generation in a condition", status => status with { Conditions = [status.Conditions![0] with { ObservedGeneration = 0 }, status.Conditions[1]] } },
        { "another message", status => status with { Conditions = [status.Conditions![0], status.Conditions[1] with { Message = "" }] } },
        { "another reason", status => status with { Conditions = [status.Conditions![0], status.Conditions[1] with { Reason = "" }] } },
        { "an invitation", status => status with { InvitationSent = true } },
        { "a sign-in", status => status with { LastSignInAt = A.Noon } },
        { "unsupported fields", status => status with { UnsupportedFields = ["roles"] } },
        { "another role", status => status with { Role = "view" } },
        { "an old generation", status => status with { ObservedGeneration = 0 } },
    };

    [Theory]
    [MemberData(nameof(Differences))]
    public void A_status_that_says_anything_else_is_written_anew(string what, Func<TenantUserStatus, TenantUserStatus> change)
    {
        var right = Next(A.User("jane"));

        Next(A.User("jane", status: change(right))).Should().BeEquivalentTo(right, what);
    }

    [Fact]
    public void A_sign_in_is_news_once_a_day()
    {
        var user = A.User("jane");
        user.Status = Remote(user, Observed with { LastSignInAt = A.Noon });
        user.Status.LastSignInAt.Should().Be(A.Noon);

        Remote(user, Observed with { LastSignInAt = A.Noon.AddHours(23) }).Should().BeSameAs(user.Status);
        Remote(user, Observed).Should().BeSameAs(user.Status, "what is not known any more was so all the same");
        Remote(user, Observed with { LastSignInAt = A.Noon.AddHours(24) }).LastSignInAt.Should().Be(A.Noon.AddHours(24));
    }

    [Fact]
    public void That_somebody_was_invited_is_remembered()
    {
        var user = A.User("jane");
        user.Status = Remote(user, Observed with { InvitationSent = true });

        user.Status.InvitationSent.Should().BeTrue();
        Remote(user, Observed).Should().BeSameAs(user.Status);
    }

    [Fact]
    public void Settings_for_another_platform_have_no_effect_and_are_named()
    {
        var user = A.User("jane");
        user = user with { Spec = user.Spec with { Hatz = new HatzUser { Role = "client_admin" } } };

        var status = Next(user, Observed with { Unsupported = ["sendInvitation"] });

        status.UnsupportedFields.Should().Equal("hatz", "sendInvitation");
        user.Status = status;
        Next(user, Observed with { Unsupported = ["sendInvitation"] }).Should().BeSameAs(status);
        Next(user).UnsupportedFields.Should().Equal("hatz");
    }

    public static TheoryData<PlatformOutcome, string?> Progress => new()
    {
        { new PlatformOutcome.Refused(TenantUserReasons.InvalidRequest, "The address is refused."), CommonConditions.Stalled },
        { new PlatformOutcome.RefusedForNow(TenantUserReasons.Progressing, "Not shown yet.", TimeSpan.FromMinutes(1)), CommonConditions.Reconciling },
        { new PlatformOutcome.Unreachable("No answer."), CommonConditions.Reconciling },
        { new PlatformOutcome.Unauthorized(TenantPlatformReasons.Unauthorized, "A change of the TenantPlatform will tell."), null },
        { PlatformOutcome.Ok, null },
    };

    [Theory]
    [MemberData(nameof(Progress))]
    public void Whether_a_person_must_act_is_said_and_said_once(PlatformOutcome outcome, string? condition)
    {
        var user = A.User("jane");

        var status = Next(user, Observed with { Outcome = outcome });

        string[] expected = condition is null ? ["Ready", "Synced"] : ["Ready", condition, "Synced"];
        status.Conditions!.Select(each => each.Type).Should().Equal(expected);
        user.Status = status;
        Next(user, Observed with { Outcome = outcome }).Should().BeSameAs(status);
        Next(user).Conditions!.Select(each => each.Type).Should().Equal("Ready", "Synced");
    }

    [Theory]
    [InlineData(TenantUserReasons.DuplicateEmail, false, false, true)]
    [InlineData(TenantUserReasons.Inactive, false, true, true)]
    [InlineData(TenantUserReasons.Inactive, false, false, false)]
    [InlineData(TenantUserReasons.WaitingForSeat, true, false, false)]
    [InlineData(TenantUserReasons.WaitingForSeat, true, true, false)]
    [InlineData(TenantUserReasons.Paused, false, false, false)]
    public void Who_is_left_out_waits_or_needs_a_person(string reason, bool waiting, bool stillIn, bool stalled)
    {
        var user = A.User("jane");

        var status = TenantUserStatusRules.ForLeftOut(new LeftOut(user, reason, "Why.", waiting), stillIn, A.Noon);

        status.Conditions!.Any(each => each.Type == CommonConditions.Stalled).Should().Be(stalled);
        user.Status = status;
        TenantUserStatusRules.ForLeftOut(new LeftOut(user, reason, "Why.", waiting), stillIn, A.Noon).Should().BeSameAs(status);
    }

    private static TenantUserStatus Next(TenantUser user, MemberObservation? observed = null) =>
        On(PlatformType.Cluster, user, observed ?? Observed);

    private static TenantUserStatus Remote(TenantUser user, MemberObservation observed) => On(PlatformType.Mindzie, user, observed);

    private static TenantUserStatus On(PlatformType platform, TenantUser user, MemberObservation observed) =>
        TenantUserStatusRules.ForMember(user, observed, StepOutcome.Next, suspended: false, lastAdmin: false, platform, A.Noon);
}
