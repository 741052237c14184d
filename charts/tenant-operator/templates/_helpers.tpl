{{- define "tenant-operator.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{/* Short enough for the longest suffix: -account-viewer. */}}
{{- define "tenant-operator.fullname" -}}
{{- $name := include "tenant-operator.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 47 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 47 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 47 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* ClusterRoles are shared by all releases of the cluster, so their names tell the namespace, unless it is in the name already. */}}
{{- define "tenant-operator.clusterName" -}}
{{- $full := include "tenant-operator.fullname" . -}}
{{- if eq .Release.Namespace $full -}}{{ $full }}{{- else -}}{{ printf "%s-%s" .Release.Namespace $full }}{{- end -}}
{{- end -}}

{{- define "tenant-operator.selector" -}}
app.kubernetes.io/name: {{ include "tenant-operator.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "tenant-operator.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "tenant-operator.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "tenant-operator.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "tenant-operator.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- required "serviceAccount.name must name the account to use when serviceAccount.create is false." .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "tenant-operator.subjects" -}}
- kind: ServiceAccount
  name: {{ include "tenant-operator.serviceAccount" . }}
  namespace: {{ .Release.Namespace }}
{{- end -}}

{{- define "tenant-operator.leaseNamespace" -}}
{{- default .Release.Namespace .Values.leaderElection.namespace -}}
{{- end -}}

{{- define "tenant-operator.leaseName" -}}
{{- if .Values.controllerClass -}}tenant-operator-{{ .Values.controllerClass }}{{- else -}}tenant-operator{{- end -}}
{{- end -}}

{{- define "tenant-operator.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end -}}
{{- end -}}

{{- define "tenant-operator.caConfigMap" -}}
{{- if .Values.caBundle.pem -}}{{ include "tenant-operator.fullname" . }}-ca{{- else -}}{{ .Values.caBundle.configMap }}{{- end -}}
{{- end -}}

{{/* Not empty where the operator needs nothing outside the namespaces of its accounts and its own. */}}
{{- define "tenant-operator.staysInNamespaces" -}}
{{- if and .Values.watchNamespaces (not .Values.clusterPlatform) -}}true{{- end -}}
{{- end -}}

{{/* What goes into the metadata of each CustomResourceDefinition. */}}
{{- define "tenant-operator.crdMetadata" -}}
labels:
  {{- include "tenant-operator.labels" . | nindent 2 }}
{{- if .Values.crds.keep }}
annotations:
  helm.sh/resource-policy: keep
{{- end }}
{{- end -}}

{{/* What the operator does with the kinds of an account: where objects are watched, patched in metadata, status, created or deleted. */}}
{{- define "tenant-operator.accountRules" -}}
- apiGroups: [tenantoperator.io]
  resources: [tenants, tenantusers, tenanttemplates, tenantpackages, tenantplatforms, packageallocations]
  verbs: [list, watch]
# When a name turns out to be taken, by what the watch has not brought yet.
- apiGroups: [tenantoperator.io]
  resources: [tenantusers, tenantplatforms, packageallocations]
  verbs: [get]
# Finalizers and annotations of its own; never a spec.
- apiGroups: [tenantoperator.io]
  resources: [tenants, tenantusers, tenanttemplates, tenantplatforms]
  verbs: [patch]
# The people of spec.initialUsers become TenantUsers once.
- apiGroups: [tenantoperator.io]
  resources: [tenantusers]
  verbs: [create, delete]
- apiGroups: [tenantoperator.io]
  resources: [packageallocations]
  verbs: [create, patch, delete]
- apiGroups: [tenantoperator.io]
  resources: [tenants/status, tenantusers/status, tenanttemplates/status, tenantpackages/status, tenantplatforms/status]
  verbs: [patch]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create]
{{- if .Values.rbac.secrets }}
# Those that a TenantPlatform names, by their name.
- apiGroups: [""]
  resources: [secrets]
  verbs: [get]
{{- end }}
{{- end -}}

{{/* The names of all alerts, separated by commas. */}}
{{- define "tenant-operator.alertNames" -}}
{{- $names := list -}}
{{- range (.Files.Get "files/alerts.yaml" | fromYaml).groups -}}
{{- range .rules -}}{{- $names = append $names .alert -}}{{- end -}}
{{- end -}}
{{- join ", " $names -}}
{{- end -}}

{{/* The groups of files/alerts.yaml without what is left out, each alert with its runbook and the labels of the values. */}}
{{- define "tenant-operator.alertGroups" -}}
{{- $values := .Values.metrics.prometheusRule -}}
{{- $groups := list -}}
{{- range (.Files.Get "files/alerts.yaml" | fromYaml).groups -}}
{{- $rules := list -}}
{{- range .rules -}}
{{- if not (has .alert $values.disabled) -}}
{{- $runbook := printf "%s/%s.md" (trimSuffix "/" $values.runbookUrl) .alert -}}
{{- $labels := merge (dict) $values.alertLabels .labels -}}
{{- $rules = append $rules (merge (dict "labels" $labels "annotations" (merge (dict "runbook_url" $runbook) .annotations)) .) -}}
{{- end -}}
{{- end -}}
{{- if $rules -}}{{- $groups = append $groups (dict "name" .name "rules" $rules) -}}{{- end -}}
{{- end -}}
{{- toYaml $groups -}}
{{- end -}}
