using System.Reflection;
using System.Text.Json.Nodes;
using k8s.Models;
using TenantOperator.Api.Schema;
using TenantOperator.Api.V1Alpha1;

namespace TenantOperator.Manifests.Crds;

/// <summary>A CustomResourceDefinition and the name of its file.</summary>
internal sealed record Crd(string FileName, JsonObject Content);

/// <summary>Makes the CustomResourceDefinition of a kind from its type and attributes.</summary>
internal static class CrdBuilder
{
    public static Crd Build(Type kind, XmlDocumentation documentation)
    {
        var entity = kind.GetCustomAttribute<KubernetesEntityAttribute>() ?? throw new InvalidOperationException($"{kind} lacks KubernetesEntity.");
        var resource = kind.GetCustomAttribute<ResourceAttribute>() ?? throw new InvalidOperationException($"{kind} lacks Resource.");
        var schema = new SchemaBuilder(Kinds.WireOptions(), documentation).ForKind(kind, resource.MaxNameLength);
        AddFirstStatus(schema);

        return new Crd($"{entity.Group}_{entity.PluralName}.yaml", new JsonObject
        {
            ["apiVersion"] = "apiextensions.k8s.io/v1",
            ["kind"] = "CustomResourceDefinition",
            ["metadata"] = new JsonObject { ["name"] = $"{entity.PluralName}.{entity.Group}" },
            ["spec"] = new JsonObject
            {
                ["group"] = entity.Group,
                ["names"] = new JsonObject
                {
                    ["kind"] = entity.Kind,
                    ["listKind"] = $"{entity.Kind}List",
                    ["plural"] = entity.PluralName,
                    ["singular"] = resource.Singular,
                    ["shortNames"] = new JsonArray(resource.ShortName),
                    ["categories"] = new JsonArray(ApiGroup.Category),
                },
                ["scope"] = "Namespaced",
                ["versions"] = new JsonArray(Version(kind, entity.ApiVersion, schema)),
            },
        });
    }

    // Until the operator has looked at an object, the server itself says so. That costs no write, and kubectl wait, kstatus and Argo CD see a Ready condition
    // from the first moment. The status is the operator's, so this default takes no choice from anybody.
    private static void AddFirstStatus(JsonObject schema)
    {
        if (schema["properties"]?["status"] is JsonObject status && status["properties"] is JsonObject properties && properties.ContainsKey("conditions"))
        {
            status["default"] = new JsonObject
            {
                ["observedGeneration"] = 0,
                ["conditions"] = new JsonArray(new JsonObject
                {
                    ["type"] = CommonConditions.Ready,
                    ["status"] = nameof(ConditionStatus.Unknown),
                    ["reason"] = CommonReasons.Pending,
                    ["message"] = "Waiting for the operator.",
                    ["lastTransitionTime"] = "1970-01-01T00:00:00Z",
                }),
            };
        }
    }

    private static JsonObject Version(Type kind, string name, JsonObject schema)
    {
        var version = new JsonObject
        {
            ["name"] = name,
            ["served"] = true,
            ["storage"] = true,
            ["schema"] = new JsonObject { ["openAPIV3Schema"] = schema },
            ["additionalPrinterColumns"] = new JsonArray([.. kind.GetCustomAttributes<ColumnAttribute>().Select(Column)]),
            ["selectableFields"] = new JsonArray([.. kind.GetCustomAttributes<SelectableAttribute>().Select(field => new JsonObject { ["jsonPath"] = field.Path })]),
        };

        if (version["selectableFields"] is JsonArray { Count: 0 })
        {
            version.Remove("selectableFields");
        }

        if (kind.GetProperty(nameof(IStatus<>.Status)) is not null)
        {
            version["subresources"] = new JsonObject { ["status"] = new JsonObject() };
        }

        return version;
    }

    private static JsonObject Column(ColumnAttribute column)
    {
        var json = new JsonObject { ["name"] = column.Name, ["type"] = column.Type, ["jsonPath"] = column.Path };
        if (column.Wide)
        {
            json["priority"] = 1;
        }

        return json;
    }
}
