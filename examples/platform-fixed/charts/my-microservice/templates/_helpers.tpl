{{- define "my-microservice.name" -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "my-microservice.labels" -}}
app.kubernetes.io/name: {{ include "my-microservice.name" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "my-microservice.selectorLabels" -}}
app.kubernetes.io/name: {{ include "my-microservice.name" . }}
{{- end -}}
