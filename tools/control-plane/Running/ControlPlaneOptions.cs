namespace TenantOperator.ControlPlane.Running;

/// <summary>How much of each request the audit log keeps.</summary>
public enum AuditLevel
{
    /// <summary>No audit log.</summary>
    None,

    /// <summary>Who asked for what, and the answer's code.</summary>
    Metadata,

    /// <summary>The bodies too.</summary>
    RequestResponse,
}

/// <summary>Somebody whom the server knows by a token.</summary>
public sealed record ControlPlaneUser(string Name, string Token, params IReadOnlyList<string> Groups)
{
    /// <summary>May do everything, whatever the roles say.</summary>
    public static ControlPlaneUser Admin { get; } = new("admin", "admin", "system:masters");

    /// <summary>A service account, as far as authorization sees one.</summary>
    public static ControlPlaneUser ServiceAccount(string @namespace, string name, string token) =>
        new($"system:serviceaccount:{@namespace}:{name}", token, "system:serviceaccounts", "system:serviceaccounts:" + @namespace);
}

/// <summary>What an API server shall be like. The defaults are what most tests want.</summary>
public sealed record ControlPlaneOptions
{
    /// <summary>Roles decide who may do what. Without it everybody with a token may do everything.</summary>
    public bool Rbac { get; init; }

    public AuditLevel Audit { get; init; }

    /// <summary>Where the audit log goes; without a path, into the state folder.</summary>
    public string? AuditPath { get; init; }

    /// <summary>Users besides <see cref="ControlPlaneUser.Admin"/>.</summary>
    public IReadOnlyList<ControlPlaneUser> Users { get; init; } = [];

    /// <summary>Further flags of kube-apiserver, as they are written on its command line.</summary>
    public IReadOnlyList<string> ServerFlags { get; init; } = [];

    /// <summary>Takes the progress of a first build, which lasts minutes.</summary>
    public TextWriter Progress { get; init; } = Console.Error;
}
