using System.Reflection;
using TenantOperator.Api.V1Alpha1;

namespace TenantOperator.Api.Tests;

public sealed class RemedyTests
{
    public static TheoryData<string, Type> Reasons => new()
    {
        { Tenant.KubeKind, typeof(TenantReasons) },
        { TenantUser.KubeKind, typeof(TenantUserReasons) },
        { TenantPackage.KubeKind, typeof(TenantPackageReasons) },
        { TenantPlatform.KubeKind, typeof(TenantPlatformReasons) },
        { TenantTemplate.KubeKind, typeof(TenantTemplateReasons) },
    };

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Every_reason_is_a_good_state_or_has_a_remedy_and_never_both(string kind, Type reasons)
    {
        foreach (var reason in ValuesOf(reasons))
        {
            (Remedies.For(kind, reason) is null).Should().Be(Remedies.IsGood(kind, reason), "{0} of {1} is either good or needs a remedy", reason, kind);
        }
    }

    [Theory]
    [MemberData(nameof(Reasons))]
    public void What_the_table_knows_is_a_reason_and_said_in_sentences(string kind, Type reasons)
    {
        var known = ValuesOf(reasons).ToHashSet(StringComparer.Ordinal);

        Remedies.ReasonsWithRemedy(kind).Should().BeSubsetOf(known);
        foreach (var remedy in Remedies.ReasonsWithRemedy(kind).Select(reason => Remedies.For(kind, reason)!))
        {
            remedy.Cause.Should().EndWith(".").And.NotContain(". ");
            remedy.Action.Should().MatchRegex("[.]$");
            remedy.Command?.Should().StartWith("kubectl ").And.NotContain("  ");
        }
    }

    [Fact]
    public void Every_kind_waits_for_the_operator_at_first() =>
        Remedies.Kinds.Should().HaveCount(5).And.OnlyContain(kind => Remedies.For(kind, CommonReasons.Pending) != null);

    [Fact]
    public void A_reason_or_kind_that_is_not_known_has_no_remedy()
    {
        Remedies.For(Tenant.KubeKind, "Nonsense").Should().BeNull();
        Remedies.For("Nonsense", TenantReasons.Paused).Should().BeNull();
        Remedies.IsGood("Nonsense", TenantReasons.Active).Should().BeFalse();
    }

    [Fact]
    public void A_command_has_the_names_in_the_place_of_words()
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal) { ["NAME"] = "acme", ["NAMESPACE"] = "contoso" };

        Remedies.For(Tenant.KubeKind, TenantReasons.Progressing)!.CommandFor(names).Should().Be("kubectl wait --for=condition=Ready tenant/acme -n contoso --timeout=5m");
        Remedies.For(Tenant.KubeKind, TenantReasons.SomeUsersFailed)!.CommandFor(names).Should().Be("kubectl get tenantusers -n contoso --field-selector spec.tenantRef.name=acme -o wide");
        Remedies.For(Tenant.KubeKind, TenantReasons.Paused)!.CommandFor(names).Should().Be("kubectl patch tenant acme -n contoso --type=merge -p '{\"spec\":{\"paused\":null}}'");
    }

    [Fact]
    public void A_command_is_not_given_when_a_name_it_needs_is_not_known() =>
        Remedies.For(Tenant.KubeKind, TenantReasons.WaitingForPackage)!.CommandFor(new Dictionary<string, string>(StringComparer.Ordinal) { ["NAMESPACE"] = "contoso" }).Should().BeNull();

    [Theory]
    [MemberData(nameof(Reasons))]
    public void No_command_keeps_a_word_once_all_names_are_known(string kind, Type reasons)
    {
        var names = Remedy.Placeholders.ToDictionary(word => word, word => $"my-{word.ToLowerInvariant()}", StringComparer.Ordinal);

        ValuesOf(reasons).Should().NotBeEmpty();
        foreach (var command in Remedies.ReasonsWithRemedy(kind).Select(reason => Remedies.For(kind, reason)!.CommandFor(names)).OfType<string>())
        {
            command.Should().NotMatchRegex("[A-Z]{4,}");
        }
    }

    private static IEnumerable<string> ValuesOf(Type reasons) =>
        reasons.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!);
}
