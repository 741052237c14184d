namespace TenantOperator.Kubectl;

#pragma warning disable CA1032, RCS1194 // Made with a message for a person only; without one it would say nothing.

/// <summary>Something that a person did, wants or lacks stands in the way. The message is one line: what, why, and what to do.</summary>
internal sealed class UserError : Exception
{
    public UserError(string message)
        : base(message)
    {
    }

    public UserError(string message, Exception cause)
        : base(message, cause)
    {
    }
}
