namespace TenantOperator.ControlPlane;

/// <summary>Something a person has to put right; the message says what, and is enough without a stack trace.</summary>
public sealed class ControlPlaneException : Exception
{
    public ControlPlaneException(string message)
        : base(message)
    {
    }

    public ControlPlaneException(string message, Exception cause)
        : base(message, cause)
    {
    }

    public ControlPlaneException()
    {
    }
}
