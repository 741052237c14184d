namespace TenantOperator.Api.Schema;

/// <summary>A name that serves as a label of DNS: lower case letters, digits and hyphens.</summary>
public sealed class DnsLabelAttribute() : RuleAttribute(
    "self.matches('^[a-z0-9]([a-z0-9-]*[a-z0-9])?$')",
    "must consist of lower case letters, digits and hyphens, and start and end with a letter or digit, such as \"acme-prod\"");

/// <summary>The name of a Kubernetes object: labels of DNS with dots between them.</summary>
public sealed class ObjectNameAttribute() : RuleAttribute(
    "self.matches('^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$')",
    "must be the name of an object in the same namespace: lower case letters, digits, hyphens and dots, such as \"acme\"");

/// <summary>An e-mail address in ASCII and lower case.</summary>
public sealed class EmailAttribute() : RuleAttribute(
    @"self.matches('^[a-z0-9!#$%&\'*+/=?^_{|}~-]+([.][a-z0-9!#$%&\'*+/=?^_{|}~-]+)*@[a-z0-9]([a-z0-9-]*[a-z0-9])?([.][a-z0-9]([a-z0-9-]*[a-z0-9])?)*$')",
    "must be an e-mail address in lower case such as \"jane@example.com\": e-mail addresses are compared without case, so capitals are "
    + "refused to keep one person from being listed twice; write an international domain in its xn-- form");

/// <summary>A duration as Go writes it.</summary>
public sealed class GoDurationAttribute() : RuleAttribute(
    "self.matches('^([0-9]+([.][0-9]+)?(s|m|h))+$') && duration(self) > duration('0s') && duration(self) <= duration('8760h')",
    "must be a duration such as \"90s\", \"30m\" or \"72h\", more than nothing and at most \"8760h\" (one year)");

/// <summary>A GUID in its usual form of 36 characters.</summary>
public sealed class GuidTextAttribute() : RuleAttribute(
    "self.matches('^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$')",
    "must be a GUID such as \"0b6f0c5e-0000-4000-8000-000000000001\"");

/// <summary>A moment in time as RFC 3339 writes it, or an empty text that clears the field.</summary>
public sealed class MomentOrEmptyAttribute() : RuleAttribute(
    "self == '' || self.matches('^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$') && timestamp(self) > timestamp('0001-01-01T00:00:00Z')",
    "must be a moment such as \"2030-12-31T23:59:59Z\", or \"\" to clear it");

/// <summary>Amounts of resources, as in a ResourceQuota: not negative, in the notation of Kubernetes.</summary>
public sealed class QuantitiesAttribute() : RuleAttribute(
    "self.all(k, type(self[k]) == int ? int(self[k]) >= 0 : isQuantity(self[k]) && !quantity(self[k]).isLessThan(quantity('0')))",
    "every amount must be a quantity that is not negative, such as 10, \"500m\" or \"4Gi\"");

/// <summary>One amount in the notation of Kubernetes, not negative.</summary>
public sealed class NotNegativeQuantityAttribute() : RuleAttribute(
    "type(self) == int ? int(self) >= 0 : isQuantity(self) && !quantity(self).isLessThan(quantity('0'))",
    "must be a quantity that is not negative, such as \"500Mi\" or \"100Gi\"");

/// <summary>A count or a percentage.</summary>
public sealed class CountOrPercentAttribute() : RuleAttribute(
    "type(self) == int ? int(self) >= 0 && int(self) <= 1000000 : self.matches('^(100|[0-9]{1,2})%$')",
    "must be a number from 0 to 1000000, or a percentage from \"0%\" to \"100%\"");

/// <summary>An address of a web API without credentials, query or fragment.</summary>
public sealed class HttpAddressAttribute() : RuleAttribute(
    @"self.matches('^https?://([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|[[][0-9a-fA-F:]+[]])(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?$')",
    "must be an address such as \"https://api.example.com/v1\", without user name, password, query or fragment; credentials belong into a Secret");

/// <summary>The name of a ClusterRole.</summary>
public sealed class ClusterRoleNameAttribute() : RuleAttribute(
    "!self.startsWith('system:') && self != 'cluster-admin' && self.matches('^[^/%[:space:]]+$')",
    "must be the name of a ClusterRole for people in a namespace, such as \"edit\"; cluster-admin and system roles are not given away");

/// <summary>A key in the data of a Secret.</summary>
public sealed class SecretKeyAttribute() : RuleAttribute(
    "self.matches('^[-._a-zA-Z0-9]+$')",
    "must be a key of a Secret: letters, digits, hyphens, dots and underscores");

/// <summary>A query for one tenant ($namespace), or for many at once ($namespaces).</summary>
public sealed class TenantQueryAttribute() : RuleAttribute(
    "self.matches('[$]namespace([^a-zA-Z0-9_]|$)') != self.matches('[$]namespaces([^a-zA-Z0-9_]|$)')",
    "must contain either $namespace, which stands for the tenant's namespace, or $namespaces, a pattern for those of many tenants: without it every tenant would get the number of all");

/// <summary>A query that puts no quotes around $namespace or $namespaces.</summary>
public sealed class UnquotedNamespaceAttribute() : RuleAttribute(
    "!self.matches('[\"\\'`][$]namespace|[$]namespaces?[\"\\'`]')",
    "must have no quotes around $namespace or $namespaces, such as {namespace=$namespace}: they are filled in with their quotes");

/// <summary>Labels that do not pass for those of Kubernetes or of the operator.</summary>
public sealed class ReservedLabelsAttribute() : RuleAttribute(
    "self.all(k, !k.matches('(^|[.])(kubernetes[.]io|k8s[.]io|tenantoperator[.]io)/'))",
    "labels under kubernetes.io, k8s.io and tenantoperator.io are reserved: use a prefix of your own, such as example.com/cost-center");

/// <summary>Keys and values that Kubernetes takes for labels.</summary>
public sealed class LabelSyntaxAttribute() : RuleAttribute(
    "self.all(k, k.indexOf('/') <= 253 && k.matches('^([a-z0-9]([a-z0-9-]*[a-z0-9])?([.][a-z0-9]([a-z0-9-]*[a-z0-9])?)*/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$') && self[k].matches('^([A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?)?$'))",
    "keys and values must be labels of Kubernetes, such as example.com/cost-center: \"4711\"; values have at most 63 letters, digits, dots, hyphens and underscores");

/// <summary>The id of a package on Hatz.</summary>
public sealed class HatzPackageIdAttribute() : RuleAttribute(
    "self.matches('^package_[a-zA-Z0-9]+$')",
    "must be a package id such as \"package_abc123\": copy it from the Hatz admin site");

/// <summary>The id of a tenant template on Hatz.</summary>
public sealed class HatzTemplateIdAttribute() : RuleAttribute(
    "self.matches('^tentemplate_[a-zA-Z0-9]+$')",
    "must be a template id such as \"tentemplate_abc123\": copy it from the Hatz admin site");

/// <summary>The id of a partner on ScaiKey; its prefix differs between documents, so any will do.</summary>
public sealed class PartnerIdTextAttribute() : RuleAttribute(
    "self.matches('^[A-Za-z0-9_-]+$')",
    "must be a partner id such as \"prt_abc123\"");

/// <summary>An e-mail address in any spelling, or an empty text that clears the field.</summary>
public sealed class ContactEmailAttribute() : RuleAttribute(
    "self == '' || self.matches('^[^@[:space:]]+@[^@[:space:]]+$')",
    "must be an e-mail address such as \"ops@example.com\", or \"\" to clear it");
