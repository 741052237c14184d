using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace TenantOperator.Manifests;

/// <summary>The summaries of the API types as plain text: one source for the reader of the code and for <c>kubectl explain</c>.</summary>
internal sealed partial class XmlDocumentation(IReadOnlyDictionary<string, string> summaries)
{
    /// <summary>Reads the file the compiler writes.</summary>
    public static XmlDocumentation Load(string path) => new(
        XDocument.Load(path).Descendants("member")
            .Where(member => member.Element("summary") is not null)
            .ToDictionary(member => (string?)member.Attribute("name") ?? "", member => PlainText(member.Element("summary")!), StringComparer.Ordinal));

    /// <summary>The summary of a type; an exception names the type when it has none.</summary>
    public string Of(Type type) => Get($"T:{NameOf(type)}");

    /// <summary>The summary of a property, wherever in the hierarchy it was declared.</summary>
    public string Of(MemberInfo member) =>
        Get($"{(member is FieldInfo ? 'F' : 'P')}:{NameOf(member.DeclaringType ?? throw new InvalidOperationException($"{member.Name} has no type."))}.{member.Name}");

    private string Get(string id) =>
        summaries.TryGetValue(id, out var text) ? text : throw new InvalidOperationException($"{id} has no summary: describe it in the Api project.");

    private static string NameOf(Type type) => (type.FullName ?? type.Name).Replace('+', '.');

    private static string PlainText(XElement summary)
    {
        var text = new StringBuilder();
        foreach (var node in summary.Nodes())
        {
            text.Append(node switch
            {
                XElement { Name.LocalName: "see" } see => ((string?)see.Attribute("cref") ?? (string?)see.Attribute("langword") ?? "").Split('.', ':')[^1],
                XElement element => element.Value,
                XText plain => plain.Value,
                _ => "",
            });
        }

        return WhiteSpace().Replace(text.ToString(), " ").Trim();
    }

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex WhiteSpace();
}
