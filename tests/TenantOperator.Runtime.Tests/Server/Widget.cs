using k8s;
using k8s.Models;

namespace TenantOperator.Runtime.Tests.Server;

/// <summary>A kind with a status, for tests: the runtime must not care what it is.</summary>
[KubernetesEntity(Group = "tests.runtime.example", ApiVersion = "v1", Kind = "Widget", PluralName = "widgets")]
public sealed class Widget : IKubernetesObject<V1ObjectMeta>, ISpec<WidgetSpec>, IStatus<WidgetStatus?>
{
    public const string Crd = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: widgets.tests.runtime.example}
        spec:
          group: tests.runtime.example
          scope: Namespaced
          names: {plural: widgets, singular: widget, kind: Widget, listKind: WidgetList}
          versions:
          - name: v1
            served: true
            storage: true
            subresources: {status: {}}
            schema:
              openAPIV3Schema:
                type: object
                properties:
                  spec: {type: object, properties: {size: {type: integer, maximum: 100}}}
                  status: {type: object, properties: {seen: {type: integer}, note: {type: string}}}
        """;

    public string ApiVersion { get; set; } = "tests.runtime.example/v1";

    public string Kind { get; set; } = "Widget";

    public V1ObjectMeta Metadata { get; set; } = new();

    public WidgetSpec Spec { get; set; } = new();

    public WidgetStatus? Status { get; set; }

    public static Widget Named(string ns, string name, int size = 1) =>
        new() { Metadata = new() { Name = name, NamespaceProperty = ns }, Spec = new() { Size = size } };
}

public sealed class WidgetSpec
{
    public int Size { get; set; }
}

public sealed class WidgetStatus
{
    public int? Seen { get; set; }

    public string? Note { get; set; }
}
