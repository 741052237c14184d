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
        { "an origin", status => status with { Origin = UserOrigin.Added } },
        { "unsupported fields", status => status with { UnsupportedFields = ["roles"] } },
        { "a sign-in", status => status with { LastSignInAt = A.Noon } },
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

    private static TenantUserStatus Next(TenantUser user) => TenantUserStatusRules.ForMember(user, Observed, StepOutcome.Next, suspended: false, lastAdmin: false, A.Noon);
}
