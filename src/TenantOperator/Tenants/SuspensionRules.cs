using TenantOperator.Api.V1Alpha1;

namespace TenantOperator.Tenants;

/// <summary>Whether a tenant is suspended now. A pure function of spec and time.</summary>
internal static class SuspensionRules
{
    /// <summary>True while spec.suspended holds and its end has not come; <paramref name="until"/> is that end.</summary>
    public static bool IsSuspended(TenantSpec spec, DateTimeOffset now, out DateTimeOffset? until)
    {
        until = null;
        if (spec.Suspended != true || spec.Suspension?.Until <= now)
        {
            return false;
        }

        until = spec.Suspension?.Until;
        return true;
    }
}
