{{/*
What a schema cannot say in words of ours: it tells a person of a pattern that does not match, and knows one value at a time.
*/}}
{{- define "tenant-operator.check" -}}
{{- $name := "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$" -}}
{{- if and (gt (int .Values.replicas) 1) (not .Values.leaderElection.enabled) -}}
{{- fail "replicas must be 1 when leaderElection.enabled is false: two replicas would work on the same tenants at once." -}}
{{- end -}}
{{- if and .Values.caBundle.pem .Values.caBundle.configMap -}}
{{- fail "Set caBundle.pem or caBundle.configMap, not both." -}}
{{- end -}}
{{- if and .Values.caBundle.pem (not (contains "-----BEGIN CERTIFICATE-----" .Values.caBundle.pem)) -}}
{{- fail "caBundle.pem must hold certificates in PEM form, each of which begins with -----BEGIN CERTIFICATE-----." -}}
{{- end -}}
{{- if and .Values.image.digest (not (regexMatch "^sha256:[0-9a-f]{64}$" .Values.image.digest)) -}}
{{- fail (printf "image.digest %q is none. Write sha256: and 64 hexadecimal digits, or set image.tag in place of it." .Values.image.digest) -}}
{{- end -}}
{{- if and .Values.controllerClass (not (and (regexMatch $name .Values.controllerClass) (le (len .Values.controllerClass) 40))) -}}
{{- fail (printf "controllerClass %q must be the value of a label: at most 40 lower case letters, digits and hyphens." .Values.controllerClass) -}}
{{- end -}}
{{- range append .Values.watchNamespaces (include "tenant-operator.leaseNamespace" .) -}}
{{- if not (regexMatch $name .) -}}
{{- fail (printf "%q in watchNamespaces or leaderElection.namespace is not the name of a namespace: lower case letters, digits and hyphens." .) -}}
{{- end -}}
{{- end -}}
{{- range .Values.clusterRoles -}}
{{- if not (regexMatch "^[^,\\s/%]+$" .) -}}
{{- fail (printf "%q in clusterRoles is not the name of a ClusterRole." .) -}}
{{- end -}}
{{- end -}}
{{- range .Values.allowHosts -}}
{{- if not (or (regexMatch "^(\\*\\.)?[A-Za-z0-9._-]+$" .) (regexMatch "^\\[?([0-9A-Fa-f.]*:){2,}[0-9A-Fa-f.]*\\]?$" .)) -}}
{{- fail (printf "%q in allowHosts is no host. Write a name or an address without scheme, port and path, or *.suffix." .) -}}
{{- end -}}
{{- end -}}
{{- range .Values.metrics.prometheusRule.disabled -}}
{{- if not (has . (splitList ", " (include "tenant-operator.alertNames" $))) -}}
{{- fail (printf "%q in metrics.prometheusRule.disabled is no alert. There are: %s." . (include "tenant-operator.alertNames" $)) -}}
{{- end -}}
{{- end -}}
{{- range $name, $_ := .Values.metrics.prometheusRule.alertLabels -}}
{{- if not (regexMatch "^[a-zA-Z_][a-zA-Z0-9_]*$" $name) -}}
{{- fail (printf "%q in metrics.prometheusRule.alertLabels is not the name of a label of Prometheus: letters, digits and underscores." $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
