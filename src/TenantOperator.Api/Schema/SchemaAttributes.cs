namespace TenantOperator.Api.Schema;

/// <summary>Names under which a kind is served, beside what <c>KubernetesEntity</c> already says.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ResourceAttribute(string singular, string shortName) : Attribute
{
    /// <summary>The singular name, lower case.</summary>
    public string Singular { get; } = singular;

    /// <summary>The short name for kubectl.</summary>
    public string ShortName { get; } = shortName;

    /// <summary>At most so many characters in the name of an object.</summary>
    public int MaxNameLength { get; init; } = 253;
}

/// <summary>A column of <c>kubectl get</c>. Columns appear in the order in which they are written.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class ColumnAttribute(string name, string path) : Attribute
{
    /// <summary>The heading.</summary>
    public string Name { get; } = name;

    /// <summary>Where the value stands, as a JSONPath.</summary>
    public string Path { get; } = path;

    /// <summary>The OpenAPI type: string, integer, boolean, number or date.</summary>
    public string Type { get; init; } = "string";

    /// <summary>Shown only with <c>-o wide</c>.</summary>
    public bool Wide { get; init; }
}

/// <summary>A field that may be used in a field selector.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class SelectableAttribute(string path) : Attribute
{
    /// <summary>Where the value stands, as a simple JSONPath.</summary>
    public string Path { get; } = path;
}

/// <summary>
/// A CEL rule of the API server on a type or a member. It is emitted for <c>spec</c> only: a status is
/// written by the operator and must never be refused.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Property, AllowMultiple = true)]
public class RuleAttribute(string expression, string message) : Attribute
{
    /// <summary>The expression, which is true for a good value.</summary>
    public string Expression { get; } = expression;

    /// <summary>What is wrong and how to mend it. The server puts the field's path in front of it.</summary>
    public string Message { get; } = message;

    /// <summary>The field the message is about, relative to the place of the rule, such as <c>.name</c>.</summary>
    public string? FieldPath { get; init; }
}

/// <summary>A CEL rule on each item of a list or each value of a map.</summary>
[AttributeUsage(AttributeTargets.Property, AllowMultiple = true)]
public sealed class ItemRuleAttribute(string expression, string message) : Attribute
{
    /// <summary>The expression, which is true for a good item.</summary>
    public string Expression { get; } = expression;

    /// <summary>What is wrong and how to mend it.</summary>
    public string Message { get; } = message;
}

/// <summary>The member must be present.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RequiredAttribute : Attribute;

/// <summary>Bounds on the number of characters of a text.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TextAttribute(int max) : Attribute
{
    /// <summary>At most so many characters.</summary>
    public int Max { get; } = max;

    /// <summary>At least so many characters; 0 lets an empty text clear the field.</summary>
    public int Min { get; init; }
}

/// <summary>Bounds on a number, both included.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RangeAttribute(long min, long max) : Attribute
{
    /// <summary>The smallest value.</summary>
    public long Min { get; } = min;

    /// <summary>The largest value.</summary>
    public long Max { get; } = max;
}

/// <summary>Bounds on the number of items of a list or of entries of a map.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class CountAttribute(int max) : Attribute
{
    /// <summary>At most so many.</summary>
    public int Max { get; } = max;

    /// <summary>At least so many.</summary>
    public int Min { get; init; }

    /// <summary>At most so many characters in an item or value that is a text.</summary>
    public int ItemLength { get; init; } = 253;
}

/// <summary>A list whose items are found by one or more of their fields; two items with equal keys are refused.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ListMapAttribute(params string[] keys) : Attribute
{
    /// <summary>The fields, as spelled on the wire.</summary>
    public IReadOnlyList<string> Keys { get; } = keys;
}

/// <summary>A list of plain values in which no value stands twice.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ListSetAttribute : Attribute;
