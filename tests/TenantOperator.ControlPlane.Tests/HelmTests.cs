using TenantOperator.ControlPlane.Building;

namespace TenantOperator.ControlPlane.Tests;

/// <summary>Where helm comes from.</summary>
public sealed class HelmTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Helm_of_version_4_is_found_and_works()
    {
        var helm = await Helm.FindAsync("", Console.Error, Cancel);

        (await helm.OutputAsync(["version", "--template", "{{.Version}}"], null, Cancel)).Should().StartWith("v4.");
    }

    [Fact]
    public async Task A_package_that_is_not_the_pinned_one_is_refused()
    {
        var file = Path.GetTempFileName();
        try
        {
            await FluentActions.Awaiting(() => HelmPackage.CheckAsync(file, "0123", Cancel)).Should().ThrowAsync<ControlPlaneException>().WithMessage("*and 0123 was expected. It is not used*");
        }
        finally
        {
            File.Delete(file);
        }
    }
}
