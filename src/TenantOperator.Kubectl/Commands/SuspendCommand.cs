using System.CommandLine;
using System.Text.Json.Nodes;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Kubectl.Cluster;

namespace TenantOperator.Kubectl.Commands;

/// <summary>kubectl tenant suspend and resume.</summary>
internal static class SuspendCommand
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(300);

    /// <summary>How far a change has come.</summary>
    internal abstract record Progress
    {
        /// <summary>The status agrees.</summary>
        internal sealed record Done : Progress;

        /// <summary>Not yet.</summary>
        internal sealed record Waiting : Progress;

        /// <summary>Waiting is in vain.</summary>
        internal sealed record InVain(string Why) : Progress;
    }

    public static Command CreateSuspend(Context context)
    {
        var reason = new Option<string?>("--reason") { Description = "Why, in a few words; shown in the condition Suspended." };
        var until = new Option<DateTimeOffset?>("--until") { Description = "When access comes back by itself, such as 2031-01-31T12:00:00Z." };
        var command = Create(context, "suspend", "Takes access away from Tenants and keeps all their data.", true, parsed => new JsonObject
        {
            ["suspended"] = true,
            ["suspension"] = parsed.GetValue(reason) is null && parsed.GetValue(until) is null
                ? null
                : new JsonObject { ["reason"] = parsed.GetValue(reason), ["until"] = parsed.GetValue(until)?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'") },
        });
        command.Options.Add(reason);
        command.Options.Add(until);
        return command;
    }

    public static Command CreateResume(Context context) =>
        Create(context, "resume", "Gives Tenants their access back.", false, _ => new JsonObject { ["suspended"] = false, ["suspension"] = null });

    private static Command Create(Context context, string name, string description, bool isSuspended, Func<ParseResult, JsonObject> spec)
    {
        var names = context.NameArgument<string[], Tenant>("name", "The Tenants.");
        names.Arity = ArgumentArity.OneOrMore;
        var wait = new Option<bool>("--wait") { Description = "Wait until the status agrees." };
        var timeout = Context.TimeoutOption();
        var command = new Command(name, description) { names, wait, timeout };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var cluster = context.Connect(parsed);
            var limit = Context.TimeOf(parsed, timeout);
            var failed = false;
            var asked = new List<Found<Tenant>>();
            foreach (var tenant in parsed.GetValue(names)!.Distinct(StringComparer.Ordinal)) // The argument is required.
            {
                failed |= !await TryAsync(context, async () =>
                {
                    asked.Add(await cluster.PatchAsync<Tenant>(cluster.Namespace, tenant, new JsonObject { ["spec"] = spec(parsed) }, cancellationToken));
                    context.Terminal.Line($"tenant/{tenant} {(isSuspended ? "is to be suspended" : "is to be resumed")}");
                });
            }

            if (parsed.GetValue(wait))
            {
                var began = TimeProvider.System.GetTimestamp();
                foreach (var tenant in asked)
                {
                    failed |= !await TryAsync(context, () => WaitAsync(context, cluster, tenant, isSuspended, () => limit - TimeProvider.System.GetElapsedTime(began), cancellationToken));
                }
            }

            return failed ? 1 : 0;
        });
        return command;
    }

    /// <summary>Whether the status of a Tenant agrees with a change of a generation. Pure.</summary>
    public static Progress Judge(Tenant tenant, long? generation, bool isSuspended)
    {
        if (!(tenant.Status?.ObservedGeneration >= generation))
        {
            return new Progress.Waiting();
        }

        var conditions = tenant.Status.Conditions ?? [];
        var suspended = conditions.FirstOrDefault(condition => condition.Type == TenantConditions.Suspended)?.Status == ConditionStatus.True;
        var ready = conditions.FirstOrDefault(condition => condition.Type == CommonConditions.Ready);
        if (suspended == isSuspended && ready?.Status == ConditionStatus.True && (ready.Reason == TenantReasons.Suspended) == isSuspended)
        {
            return new Progress.Done();
        }

        // Neither passes by itself, nor does what a person must mend first.
        return ready?.Reason is TenantReasons.Paused or TenantReasons.Observing || conditions.Any(condition => condition is { Type: CommonConditions.Stalled, Status: ConditionStatus.True })
            ? new Progress.InVain($"{ready?.Reason}: {ready?.Message}")
            : new Progress.Waiting();
    }

    private static async Task WaitAsync(Context context, ClusterAccess cluster, Found<Tenant> asked, bool isSuspended, Func<TimeSpan> left, CancellationToken cancellationToken)
    {
        var (ns, name) = (cluster.Namespace, asked.Value.Metadata.Name);
        while (true)
        {
            var tenant = (await cluster.GetAsync<Tenant>(ns, name, cancellationToken)).Value;
            switch (Judge(tenant, asked.Value.Metadata.Generation, isSuspended))
            {
                case Progress.Done:
                    context.Terminal.Line($"tenant/{name} {(isSuspended ? "suspended" : "resumed")}");
                    return;
                case Progress.InVain why:
                    throw new UserError($"Tenant \"{name}\" does not follow, and waiting will not help: {why.Why} See: kubectl tenant describe {name} -n {ns}");
                case Progress.Waiting when left() <= TimeSpan.Zero:
                    throw new UserError($"Tenant \"{name}\" has not followed in time; it may still. See why: kubectl tenant describe {name} -n {ns}");
            }

            await Task.Delay(Interval, TimeProvider.System, cancellationToken);
        }
    }

    private static async Task<bool> TryAsync(Context context, Func<Task> doAsync)
    {
        try
        {
            await doAsync();
            return true;
        }
        catch (UserError wrong)
        {
            context.Terminal.Note("error: " + wrong.Message);
            return false;
        }
    }
}
