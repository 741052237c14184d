using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using TenantOperator.Api.V1Alpha1;
using TenantOperator.Runtime;

namespace TenantOperator.Templates;

/// <summary>
/// What a template gave a tenant at its creation. It lives in an annotation of the Tenant, because metadata survives a backup, a restore and a wiped
/// status; from then on it is what counts, whatever becomes of the template.
/// </summary>
internal sealed record TemplateCopy
{
    public required string Name { get; init; }

    public required string Uid { get; init; }

    public long Generation { get; init; }

    public DateTimeOffset AppliedAt { get; init; }

    public required TenantTemplateSpec Values { get; init; }

    public static TemplateCopy Of(TenantTemplate template, DateTimeOffset now) => new()
    {
        Name = template.Metadata.Name,
        Uid = template.Metadata.Uid,
        Generation = template.Metadata.Generation ?? 0,
        AppliedAt = now,
        Values = RemoteTemplateRules.WithId(template),
    };

    /// <summary>Reads the annotation. False when there is none; <paramref name="problem"/> says what is wrong with one that cannot be read.</summary>
    public static bool TryRead(Tenant tenant, [NotNullWhen(true)] out TemplateCopy? copy, out string? problem)
    {
        copy = null;
        problem = null;
        if (tenant.Metadata.Annotations is not { } annotations || !annotations.TryGetValue(Annotations.AppliedTemplate, out var text))
        {
            return false;
        }

        try
        {
            copy = JsonSerializer.Deserialize<TemplateCopy>(text, RuntimeJson.Options);
        }
        catch (JsonException)
        {
            // Said below: what a person did to the annotation by hand is not worth quoting.
        }

        if (copy is null || tenant.Spec.TemplateRef?.Name != copy.Name || !TemplateCopyRules.ArePossible(copy.Values))
        {
            copy = null;
            problem = $"The annotation {Annotations.AppliedTemplate} of this Tenant is not the copy of its template that the operator wrote there. "
                + "Restore it from a backup, or remove it to have the template applied again as it is now: "
                + $"kubectl annotate tenant {tenant.Metadata.Name} {Annotations.AppliedTemplate}-";
            return false;
        }

        return true;
    }

    public string ToJson() => JsonSerializer.Serialize(this, RuntimeJson.Options);
}
