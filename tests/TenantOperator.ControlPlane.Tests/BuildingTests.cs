using TenantOperator.ControlPlane.Building;
using TenantOperator.ControlPlane.Running;

namespace TenantOperator.ControlPlane.Tests;

public sealed class BuildingTests
{
    [Theory]
    [InlineData("golang-k8s-apiserver-dev_0.36.4-2_all.deb", "golang-k8s-apiserver-dev", "0.36.4-2", "0.36.4")]
    [InlineData("golang-golang-x-crypto-dev_1%3a0.58.0-1_all.deb", "golang-golang-x-crypto-dev", "1:0.58.0-1", "0.58.0")]
    [InlineData("kubectl_1.36.4+ds-1_amd64.deb", "kubectl", "1.36.4+ds-1", "1.36.4")]
    public void The_name_of_a_package_file_tells_what_it_is(string file, string name, string version, string upstream)
    {
        var package = FetchedPackage.Parse("/archives/" + file);

        package.Should().Be(new FetchedPackage(name, version));
        package.Upstream.Should().Be(upstream);
    }

    [Fact]
    public void The_library_of_minor_0_36_is_Kubernetes_1_36() =>
        ServerBuild.KubernetesVersion([new("etcd-server", "3.5.30-2"), new("golang-k8s-apiserver-dev", "0.36.4-2")]).Should().Be("1.36.4");

    [Fact]
    public void The_mirror_is_the_one_of_Debian_itself_and_not_of_its_security_updates()
    {
        DebianPackages.DebianAmong(["http://a.test/debian-security", "http://a.test/docker", "http://b.test/debian/", "http://c.test/debian"]).Should().Be("http://b.test/debian/");
        DebianPackages.DebianAmong(["mirror+file:/etc/apt/mirrors/debian.list"]).Should().Be("mirror+file:/etc/apt/mirrors/debian.list");
        DebianPackages.DebianAmong(["http://archive.test/ubuntu"]).Should().BeNull();
    }

    [Fact]
    public void Every_source_file_counts_in_the_key_of_the_build()
    {
        var inputs = ServerBuild.Inputs();
        inputs.Keys.Should().Contain(["main.go", "packages.txt"]);

        var keys = inputs.Keys.Select(changed => ServerBuild.Key(inputs.ToDictionary(input => input.Key, input => input.Value + (input.Key == changed ? " " : ""))));

        keys.Append(ServerBuild.Key(inputs)).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void Groups_are_one_quoted_column_of_the_token_file() =>
        ServerFiles.TokenFile([ControlPlaneUser.Admin, ControlPlaneUser.ServiceAccount("ns", "bot", "t1")]).Should().Be(
            "admin,admin,0,\"system:masters\"\nt1,system:serviceaccount:ns:bot,1,\"system:serviceaccounts,system:serviceaccounts:ns\"\n");
}
