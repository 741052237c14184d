namespace TenantOperator.Runtime.Tests.Hosting;

/// <summary>A worker that dies (out of memory, say) must not leave its part undone without a word while the others go on for ever.</summary>
public sealed class TogetherTests
{
    [Fact]
    public async Task One_that_fails_fails_all_at_once_though_the_others_never_end()
    {
        var endless = new TaskCompletionSource();

        var work = Together.RunAsync([endless.Task, Task.FromException(new InvalidOperationException("dead"))]);

        (await work.Awaiting(it => it).Should().ThrowAsync<InvalidOperationException>()).WithMessage("dead");
    }

    [Fact]
    public async Task It_ends_when_the_last_has_ended()
    {
        var last = new TaskCompletionSource();
        var work = Together.RunAsync([Task.CompletedTask, last.Task]);
        work.IsCompleted.Should().BeFalse();

        last.SetResult();

        await work;
    }
}
