using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using TenantOperator.Api;
using TenantOperator.Api.Schema;

namespace TenantOperator.Manifests.Crds;

/// <summary>
/// Makes a structural schema from the serializer's own contract of a type, so that names and members are those on the wire. What would
/// make a bad schema (a text without a bound, a list map whose key is optional, recursion) is an exception that names the place.
/// </summary>
internal sealed class SchemaBuilder(JsonSerializerOptions options, XmlDocumentation documentation)
{
    private readonly Stack<Type> _open = new();
    private bool _inStatus;

    /// <summary>The schema of a whole object: apiVersion, kind and metadata as the server wants them, then spec and status.</summary>
    public JsonObject ForKind(Type kind, int maxNameLength)
    {
        var properties = new JsonObject
        {
            ["apiVersion"] = new JsonObject { ["type"] = "string", ["description"] = "The group and version of this object: tenantoperator.io/v1alpha1." },
            ["kind"] = new JsonObject { ["type"] = "string", ["description"] = "The kind of this object." },
            ["metadata"] = new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject { ["name"] = new JsonObject { ["type"] = "string", ["maxLength"] = maxNameLength } },
            },
        };

        foreach (var part in Members(kind).Where(member => member.Wire.Name is "spec" or "status"))
        {
            _inStatus = part.Wire.Name == "status";
            properties[part.Wire.Name] = ForMember(part.Property, kind.Name);
        }

        _inStatus = false;
        var schema = new JsonObject
        {
            ["description"] = documentation.Of(kind),
            ["type"] = "object",
            ["required"] = new JsonArray("spec"),
            ["properties"] = properties,
        };
        AddRules(schema, kind.GetCustomAttributes<RuleAttribute>());
        return schema;
    }

    private JsonObject ForMember(PropertyInfo member, string path)
    {
        var type = Nullable.GetUnderlyingType(member.PropertyType) ?? member.PropertyType;
        var schema = new JsonObject { ["description"] = Describe(member, type) };
        Fill(schema, type, member, path + "." + member.Name);
        AddRules(schema, [.. member.GetCustomAttributes<RuleAttribute>(), .. TypeRules(type)]);
        return schema;
    }

    private void Fill(JsonObject schema, Type type, PropertyInfo member, string path)
    {
        if (ItemType(type, typeof(IReadOnlyDictionary<,>)) is { } value)
        {
            schema["type"] = "object";
            AddBounds(schema, member, path, "minProperties", "maxProperties");
            schema["additionalProperties"] = ForItem(value, member, path + "[]");
        }
        else if (ItemType(type, typeof(IReadOnlyList<>)) is { } item)
        {
            schema["type"] = "array";
            AddBounds(schema, member, path, "minItems", "maxItems");
            AddListType(schema, item, member, path);
            schema["items"] = ForItem(item, member, path + "[]");
        }
        else if (type == typeof(JsonElement))
        {
            schema["type"] = "object";
            schema["x-kubernetes-preserve-unknown-fields"] = true;
            AddBounds(schema, member, path, "minProperties", "maxProperties");
        }
        else if (type == typeof(string))
        {
            var text = member.GetCustomAttribute<TextAttribute>() ?? throw Bad(path, "a text needs a [Text] bound");
            schema["type"] = "string";
            AddIf(schema, "minLength", text.Min, text.Min > 0);
            schema["maxLength"] = text.Max;
        }
        else if (type == typeof(int) || type == typeof(long))
        {
            var range = member.GetCustomAttribute<RangeAttribute>() ?? throw Bad(path, "a number needs a [Range]");
            schema["type"] = "integer";
            schema["minimum"] = range.Min;

            // A format says no more than a maximum does, and its message does not name the field.
            if (range.Max < (type == typeof(int) ? int.MaxValue : long.MaxValue))
            {
                schema["maximum"] = range.Max;
            }
            else
            {
                schema["format"] = type == typeof(int) ? "int32" : "int64";
            }
        }
        else
        {
            FillBoundless(schema, type, path);
        }
    }

    /// <summary>Types that need no bound from the member: they are bounded by themselves or have members of their own.</summary>
    private void FillBoundless(JsonObject schema, Type type, string path)
    {
        if (type.IsEnum)
        {
            schema["type"] = "string";
            schema["enum"] = new JsonArray([.. EnumNames(type).Select(name => (JsonNode)name.Wire)]);
        }
        else if (type == typeof(bool))
        {
            schema["type"] = "boolean";
        }
        else if (type == typeof(DateTimeOffset))
        {
            schema["type"] = "string";
            schema["format"] = "date-time";
        }
        else if (type == typeof(Quantity) || type == typeof(CountOrPercent))
        {
            schema["anyOf"] = new JsonArray(new JsonObject { ["type"] = "integer" }, new JsonObject { ["type"] = "string" });
            schema["x-kubernetes-int-or-string"] = true;
            schema["maxLength"] = 32;
        }
        else
        {
            FillObject(schema, type, path);
        }
    }

    private void FillObject(JsonObject schema, Type type, string path)
    {
        if (_open.Contains(type))
        {
            throw Bad(path, $"{type.Name} contains itself, which a structural schema cannot say");
        }

        _open.Push(type);
        schema["type"] = "object";
        var required = new JsonArray();
        var properties = new JsonObject();
        foreach (var (wire, property) in Members(type))
        {
            properties[wire.Name] = ForMember(property, path);
            if (property.GetCustomAttribute<RequiredAttribute>() is not null)
            {
                required.Add(wire.Name);
            }
        }

        if (required.Count > 0)
        {
            schema["required"] = required;
        }

        if (properties.Count > 0)
        {
            schema["properties"] = properties;
        }

        _open.Pop();
    }

    private JsonObject ForItem(Type type, PropertyInfo member, string path)
    {
        var schema = new JsonObject();
        if (type == typeof(string))
        {
            schema["type"] = "string";
            schema["maxLength"] = member.GetCustomAttribute<CountAttribute>()!.ItemLength; // AddBounds has seen that it is there.
        }
        else
        {
            if (!type.IsEnum && type != typeof(Quantity))
            {
                schema["description"] = documentation.Of(type);
            }

            FillBoundless(schema, type, path);
        }

        AddRules(schema, [.. member.GetCustomAttributes<ItemRuleAttribute>().Select(rule => new RuleAttribute(rule.Expression, rule.Message)), .. TypeRules(type)]);
        return schema;
    }

    private void AddListType(JsonObject schema, Type item, PropertyInfo member, string path)
    {
        if (member.GetCustomAttribute<ListMapAttribute>() is { } map)
        {
            var required = Members(item).Where(field => field.Property.GetCustomAttribute<RequiredAttribute>() is not null).Select(field => field.Wire.Name);
            if (map.Keys.Except(required, StringComparer.Ordinal).FirstOrDefault() is { } optional)
            {
                throw Bad(path, $"the key {optional} of a list map must be [Required]");
            }

            schema["x-kubernetes-list-type"] = "map";
            schema["x-kubernetes-list-map-keys"] = new JsonArray([.. map.Keys.Select(key => (JsonNode)key)]);
        }
        else
        {
            schema["x-kubernetes-list-type"] = member.GetCustomAttribute<ListSetAttribute>() is null ? "atomic" : "set";
        }
    }

    private static void AddBounds(JsonObject schema, PropertyInfo member, string path, string least, string most)
    {
        var count = member.GetCustomAttribute<CountAttribute>() ?? throw Bad(path, "a list, map or free object needs a [Count]");
        AddIf(schema, least, count.Min, count.Min > 0);
        schema[most] = count.Max;
    }

    // A status is written by the operator alone and must never be refused, so it gets no rules.
    private void AddRules(JsonObject schema, IEnumerable<RuleAttribute> rules)
    {
        if (_inStatus)
        {
            return;
        }

        var list = new JsonArray();
        foreach (var rule in rules)
        {
            var json = new JsonObject { ["rule"] = rule.Expression, ["message"] = rule.Message };
            if (rule.FieldPath is { } field)
            {
                json["fieldPath"] = field;
            }

            list.Add(json);
        }

        if (list.Count > 0)
        {
            schema["x-kubernetes-validations"] = list;
        }
    }

    private string Describe(PropertyInfo member, Type type)
    {
        var text = new StringBuilder(documentation.Of(member));
        var values = type.IsEnum ? type : ItemType(type, typeof(IReadOnlyList<>)) is { IsEnum: true } item ? item : null;
        foreach (var (field, wire) in values is null ? [] : EnumNames(values))
        {
            text.Append('\n').Append(wire).Append(": ").Append(documentation.Of(field));
        }

        return text.ToString();
    }

    private IEnumerable<(JsonPropertyInfo Wire, PropertyInfo Property)> Members(Type type) =>
        options.GetTypeInfo(type).Properties
            .Where(property => property.AttributeProvider is PropertyInfo)
            .Select(property => (property, (PropertyInfo)property.AttributeProvider!)); // Filtered on the line above.

    private static IEnumerable<(FieldInfo Field, string Wire)> EnumNames(Type type) =>
        type.GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (field, field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? field.Name));

    private static IEnumerable<RuleAttribute> TypeRules(Type type) => type.IsEnum ? [] : type.GetCustomAttributes<RuleAttribute>(inherit: true);

    private static Type? ItemType(Type type, Type generic) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == generic ? type.GetGenericArguments()[^1] : null;

    private static void AddIf(JsonObject schema, string name, long value, bool condition)
    {
        if (condition)
        {
            schema[name] = value;
        }
    }

    private static InvalidOperationException Bad(string path, string problem) => new($"{path}: {problem}.");
}
