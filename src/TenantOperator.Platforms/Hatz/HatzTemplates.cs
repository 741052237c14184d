using TenantOperator.Api.V1Alpha1;
using TenantOperator.Platforms.Remote;

namespace TenantOperator.Platforms.Hatz;

/// <summary>Templates of tenants on Hatz, each owned by a TenantTemplate. Whether their names are unique is not documented, so that one is only taken for ours if it was made since it was asked for.</summary>
internal static class HatzTemplates
{
    public static async Task<TemplateObservation> ConvergeAsync(HatzAccountConnection account, TemplateWish wish, CancellationToken cancellationToken)
    {
        var found = await FindOrMakeAsync(account, wish, cancellationToken);
        if (!found.IsDone)
        {
            return new() { Outcome = WhyNot(wish, found.Problem), LookAgain = account.Interval };
        }

        var row = found.Value;
        var outcome = PlatformOutcome.Ok;
        if (ChangeOf(wish.Template.Spec, row) is { } change && wish.BeginCreationAsync is not null)
        {
            var changed = await account.Client.ChangeTemplateAsync(row.Id, change, wish.Template.Metadata.Uid, cancellationToken);
            outcome = changed.IsDone ? PlatformOutcome.Ok : WhyNot(wish, changed.Problem);
            row = changed.Value ?? row;
        }

        return new()
        {
            Outcome = outcome,
            Remote = new RemoteTemplate { Id = row.Id, Name = row.Name, PackageName = row.PackageName, CreatedAt = row.CreatedAt, UpdatedAt = row.UpdatedAt },
            LookAgain = account.Interval,
        };
    }

    public static async Task<PlatformOutcome> DeleteAsync(HatzAccountConnection account, TemplateWish wish, CancellationToken cancellationToken)
    {
        var id = IdOf(wish);
        if (id is null && wish.Attempt is { } attempt)
        {
            // A creation whose answer was lost may have made one.
            var earlier = await FindByAttemptAsync(account, wish, attempt, cancellationToken);
            if (earlier.Problem is not null)
            {
                return earlier.Problem;
            }

            id = earlier.Value?.FirstOrDefault()?.Id;
        }

        if (id is null)
        {
            return PlatformOutcome.Ok;
        }

        var outcome = await account.Client.DeleteTemplateAsync(id, wish.Template.Metadata.Uid, cancellationToken);
        return outcome is PlatformOutcome.NotFound ? PlatformOutcome.Ok : outcome;
    }

    private static string? IdOf(TemplateWish wish) => wish.Template.Spec.Hatz!.RemoteTemplate!.ExternalId ?? wish.KnownId;

    private static async Task<RemoteResult<HatzTemplateRow>> FindOrMakeAsync(HatzAccountConnection account, TemplateWish wish, CancellationToken cancellationToken)
    {
        var (spec, uid) = (wish.Template.Spec, wish.Template.Metadata.Uid);
        var remote = spec.Hatz!.RemoteTemplate!;
        if (IdOf(wish) is { } id)
        {
            return await account.Client.ReadTemplateAsync(id, uid, cancellationToken);
        }

        if (wish.Attempt is { } former)
        {
            var earlier = await FindByAttemptAsync(account, wish, former, cancellationToken);
            if (!earlier.IsDone)
            {
                return RemoteResult.Not<HatzTemplateRow>(earlier.Problem);
            }

            if (earlier.Value.FirstOrDefault() is { } ours)
            {
                return RemoteResult.Of(ours);
            }
        }

        if (wish.BeginCreationAsync is null)
        {
            return RemoteResult.Not<HatzTemplateRow>(new PlatformOutcome.Refused(TenantReasons.Observing, "The platform is in mode Observe, so that no template is made there."));
        }

        if (wish.Attempt?.Name != remote.Name)
        {
            await wish.BeginCreationAsync(remote.Name, cancellationToken);
        }

        var made = await account.Client.CreateTemplateAsync(
            new(remote.Name, remote.PackageName.ToString(), spec.Hatz.DefaultModelName is { Length: > 0 } model ? model : null, spec.EarlyFeatures, spec.Security?.MfaRequired), uid, cancellationToken);
        return made is { IsDone: true, Value.Id.Length: 0 } ? RemoteResult.NotUnderstood<HatzTemplateRow>("Hatz") : made;
    }

    private static async Task<RemoteResult<IReadOnlyCollection<HatzTemplateRow>>> FindByAttemptAsync(HatzAccountConnection account, TemplateWish wish, CreationAttempt attempt, CancellationToken cancellationToken)
    {
        var rows = await account.Client.ListTemplatesAsync(wish.Template.Metadata.Uid, cancellationToken);
        return rows.IsDone
            ? RemoteResult.Of<IReadOnlyCollection<HatzTemplateRow>>([.. rows.Value.Where(row => row.Name == attempt.Name && RemoteCreations.IsOurs(row, attempt))])
            : rows;
    }

    // An empty model and none are the same.
    private static HatzTemplateChange? ChangeOf(TenantTemplateSpec spec, HatzTemplateRow now)
    {
        var remote = spec.Hatz!.RemoteTemplate!;
        var change = new HatzTemplateChange
        {
            Name = remote.Name != now.Name ? remote.Name : null,
            PackageName = remote.PackageName.ToString() != now.PackageName ? remote.PackageName.ToString() : null,
            DefaultModelName = spec.Hatz.DefaultModelName is { } model && model != (now.DefaultModelName ?? "") ? model : null,
            BetaFeatures = spec.EarlyFeatures is { } early && early != (now.BetaFeatures ?? false) ? early : null,
            MfaRequired = spec.Security?.MfaRequired is { } required && required != (now.MfaRequired ?? false) ? required : null,
        };
        return change == new HatzTemplateChange() ? null : change;
    }

    private static PlatformOutcome WhyNot(TemplateWish wish, PlatformOutcome problem) => problem switch
    {
        PlatformOutcome.NotFound => new PlatformOutcome.Refused(
            TenantTemplateReasons.RemoteMissing,
            $"The template \"{IdOf(wish)}\" is not on Hatz, or not for this key. Correct spec.hatz.remoteTemplate.externalId, or make a new TenantTemplate to have a new one made.",
            TimeSpan.FromHours(1)),
        PlatformOutcome.Refused refused when wish.Template.Spec.Hatz!.DefaultModelName is { Length: > 0 } model && RemoteWords.Speak(refused.Message, "model") => new PlatformOutcome.Refused(
            TenantTemplateReasons.ModelUnavailable, $"The model \"{model}\" of spec.hatz.defaultModelName was refused. {refused.Message}", refused.LookAgain),
        PlatformOutcome.Refused refused => new PlatformOutcome.Refused(TenantTemplateReasons.InvalidRequest, refused.Message, refused.LookAgain),
        _ => problem,
    };
}
