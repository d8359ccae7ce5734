@testable import Helm

/// Charts of the common kinds, with the place to edit for what they render.
extension ProvenanceChart {
  /// A Deployment in the style of `helm create`: toYaml blocks, and three layers of values.
  static let layers = ProvenanceChart(
    name: "layers",
    files: [
      "c/Chart.yaml": #"""
        apiVersion: v2
        name: c
        version: 1.0.0

        """#,
      "c/values.yaml": #"""
        name: web
        replicas: 2
        image:
          repository: registry.example/web
          tag: "1.0"
        resources:
          limits:
            cpu: 500m
            memory: 1Gi
          requests:
            cpu: 100m
        env:
          - name: LOG_LEVEL
            value: info
          - name: MODE
            value: "fast"
        podLabels:
          team: blue
        serviceAccount: ""

        """#,
      "c/stage.yaml": #"""
        image:
          tag: "1.1"
        resources:
          limits:
            cpu: 700m
        podLabels:
          tier: front

        """#,
      "c/prod.yaml": #"""
        image:
          tag: "1.2"
        replicas: 5

        """#,
      "c/templates/deployment.yaml": #"""
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: {{ .Values.name }}
          labels:
            app: {{ .Values.name | quote }}
            {{- with .Values.podLabels }}
            {{- toYaml . | nindent 4 }}
            {{- end }}
        spec:
          replicas: {{ .Values.replicas }}
          template:
            spec:
              serviceAccountName: {{ .Values.serviceAccount | default "runner" }}
              containers:
                - name: main
                  image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
                  env:
                    {{- toYaml .Values.env | nindent 12 }}
                  resources: {{- toYaml .Values.resources | nindent 12 }}

        """#,
    ],
    values: ["c/stage.yaml", "c/prod.yaml"],
    cases: [
      ProvenanceCase("Deployment/web", "kind", "c/templates/deployment.yaml:2:7"),
      ProvenanceCase("Deployment/web", "metadata name", "c/values.yaml:1:7"),
      ProvenanceCase("Deployment/web", "metadata labels app", "c/values.yaml:1:7"),
      ProvenanceCase("Deployment/web", "metadata labels team", "c/values.yaml:18:9"),
      ProvenanceCase("Deployment/web", "metadata labels team#", "c/values.yaml:18:3"),
      ProvenanceCase("Deployment/web", "metadata labels tier", "c/stage.yaml:7:9"),
      ProvenanceCase("Deployment/web", "spec replicas", "c/prod.yaml:3:11"),
      ProvenanceCase("Deployment/web", "spec replicas#", "c/templates/deployment.yaml:11:3"),
      ProvenanceCase("Deployment/web", "spec template spec serviceAccountName", "c/templates/deployment.yaml:14:63"),
      ProvenanceCase("Deployment/web", "spec template spec containers 0 name", "c/templates/deployment.yaml:16:17"),
      ProvenanceCase("Deployment/web", "spec template spec containers 0 image", "c/values.yaml:4:15", and: ["c/prod.yaml:2:9"]),
      ProvenanceCase("Deployment/web", "spec template spec containers 0 env 0 name", "c/values.yaml:13:11"),
      ProvenanceCase("Deployment/web", "spec template spec containers 0 env 0 name#", "c/values.yaml:13:5"),
      ProvenanceCase("Deployment/web", "spec template spec containers 0 env 1 value", "c/values.yaml:16:13"),
      ProvenanceCase("Deployment/web", "spec template spec containers 0 resources limits cpu", "c/stage.yaml:5:10"),
      ProvenanceCase("Deployment/web", "spec template spec containers 0 resources limits memory", "c/values.yaml:9:13"),
      ProvenanceCase("Deployment/web", "spec template spec containers 0 resources requests#", "c/values.yaml:10:3"),
      ProvenanceCase("Deployment/web", "spec template spec containers 0 resources requests cpu", "c/values.yaml:11:10"),
    ])

  /// Helpers that include helpers, three deep.
  static let helpers = ProvenanceChart(
    name: "helpers",
    files: [
      "c/Chart.yaml": #"""
        apiVersion: v2
        name: c
        version: 1.0.0
        appVersion: "4.2"

        """#,
      "c/values.yaml": #"""
        nameOverride: shop-
        owner: crew

        """#,
      "c/templates/_helpers.tpl": #"""
        {{- define "site.name" -}}
        {{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
        {{- end -}}
        {{- define "site.fullname" -}}
        {{- printf "%s-%s" .Release.Name (include "site.name" .) -}}
        {{- end -}}
        {{- define "site.selector" -}}
        app/name: {{ include "site.name" . }}
        app/part: edge
        {{- end -}}
        {{- define "site.labels" -}}
        {{ include "site.selector" . }}
        owner: {{ .Values.owner }}
        {{- end -}}

        """#,
      "c/templates/service.yaml": #"""
        apiVersion: v1
        kind: Service
        metadata:
          name: {{ include "site.fullname" . }}
          labels:
            {{- include "site.labels" . | nindent 4 }}
            version: {{ .Chart.AppVersion | quote }}
            chart: {{ .Chart.Name }}
        spec:
          selector: {{- include "site.selector" . | nindent 4 }}
          type: {{ .Values.type | default "ClusterIP" | quote }}

        """#,
    ],
    cases: [
      ProvenanceCase("Service/demo-shop", "metadata name", "c/values.yaml:1:15"),
      ProvenanceCase("Service/demo-shop", "metadata labels app/name", "c/values.yaml:1:15", calls: ["c/templates/_helpers.tpl:8:11", "c/templates/_helpers.tpl:12:1", "c/templates/service.yaml:6:5"]),
      ProvenanceCase("Service/demo-shop", "metadata labels app/name#", "c/templates/_helpers.tpl:8:1"),
      ProvenanceCase("Service/demo-shop", "metadata labels app/part", "c/templates/_helpers.tpl:9:11", calls: ["c/templates/_helpers.tpl:12:1", "c/templates/service.yaml:6:5"]),
      ProvenanceCase("Service/demo-shop", "metadata labels owner", "c/values.yaml:2:8", calls: ["c/templates/service.yaml:6:5"]),
      ProvenanceCase("Service/demo-shop", "metadata labels owner#", "c/templates/_helpers.tpl:13:1"),
      ProvenanceCase("Service/demo-shop", "metadata labels version", "c/Chart.yaml:4:14"),
      ProvenanceCase("Service/demo-shop", "metadata labels chart", "c/templates/service.yaml:8:12"),
      ProvenanceCase("Service/demo-shop", "spec selector app/name", "c/values.yaml:1:15", calls: ["c/templates/_helpers.tpl:8:11", "c/templates/service.yaml:10:13"]),
      ProvenanceCase("Service/demo-shop", "spec selector app/part", "c/templates/_helpers.tpl:9:11", calls: ["c/templates/service.yaml:10:13"]),
      ProvenanceCase("Service/demo-shop", "spec type", "c/templates/service.yaml:11:35"),
    ])

  /// A library chart that merges what the application says over its own object.
  static let library = ProvenanceChart(
    name: "library",
    files: [
      "c/Chart.yaml": #"""
        apiVersion: v2
        name: c
        version: 1.0.0

        """#,
      "c/values.yaml": #"""
        name: settings
        zone: east

        """#,
      "c/charts/common/Chart.yaml": #"""
        apiVersion: v2
        name: common
        version: 1.0.0
        type: library

        """#,
      "c/charts/common/templates/_config.tpl": #"""
        {{- define "common.config" -}}
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: {{ .Values.name }}
        data:
          mode: {{ .Values.mode | default "safe" }}
          level: low
        {{- end -}}
        {{- define "common.merge" -}}
        {{- $top := index . 0 -}}
        {{- $over := fromYaml (include (index . 1) $top) -}}
        {{- $base := fromYaml (include "common.config" $top) -}}
        {{- toYaml (merge $over $base) -}}
        {{- end -}}

        """#,
      "c/templates/config.yaml": #"""
        {{- define "app.config" -}}
        data:
          level: high
          zone: {{ .Values.zone }}
        {{- end -}}
        {{- include "common.merge" (list . "app.config") }}

        """#,
    ],
    cases: [
      ProvenanceCase("ConfigMap/settings", "kind", "c/charts/common/templates/_config.tpl:3:7"),
      ProvenanceCase("ConfigMap/settings", "metadata name", "c/values.yaml:1:7"),
      ProvenanceCase("ConfigMap/settings", "data mode", "c/charts/common/templates/_config.tpl:7:35"),
      ProvenanceCase("ConfigMap/settings", "data mode#", "c/charts/common/templates/_config.tpl:7:3"),
      ProvenanceCase("ConfigMap/settings", "data level", "c/templates/config.yaml:3:10"),
      ProvenanceCase("ConfigMap/settings", "data zone", "c/values.yaml:2:7"),
      ProvenanceCase("ConfigMap/settings", "data zone#", "c/templates/config.yaml:4:3"),
    ])

  /// Subcharts, one of them twice, with the parent's values, globals and a chart below.
  static let subcharts = ProvenanceChart(
    name: "subcharts",
    files: [
      "c/Chart.yaml": #"""
        apiVersion: v2
        name: c
        version: 1.0.0
        dependencies:
        - {name: db, version: 1.0.0}
        - {name: db, version: 1.0.0, alias: second}

        """#,
      "c/values.yaml": #"""
        global:
          registry: hub.example
          region: north
        db:
          size: 10Gi
          auth: {user: admin}
          disk:
            class: ssd
        second:
          name: replica

        """#,
      "c/over.yaml": #"""
        db:
          auth:
            password: longer

        """#,
      "c/charts/db/Chart.yaml": #"""
        apiVersion: v2
        name: db
        version: 1.0.0

        """#,
      "c/charts/db/values.yaml": #"""
        name: primary
        size: 1Gi
        engine: pg
        auth:
          user: root
          password: changed
        global:
          region: nowhere
          tier: gold

        """#,
      "c/charts/db/templates/db.yaml": #"""
        apiVersion: v1
        kind: Secret
        metadata:
          name: {{ .Values.name }}
        stringData:
          user: {{ .Values.auth.user }}
          password: {{ .Values.auth.password | quote }}
          size: {{ .Values.size }}
          image: {{ .Values.global.registry }}/{{ .Values.engine }}
          region: {{ .Values.global.region }}
          tier: {{ .Values.global.tier }}

        """#,
      "c/charts/db/charts/disk/Chart.yaml": #"""
        apiVersion: v2
        name: disk
        version: 1.0.0

        """#,
      "c/charts/db/charts/disk/values.yaml": #"""
        class: slow
        mode: rw

        """#,
      "c/charts/db/charts/disk/templates/disk.yaml": #"""
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: disk-{{ .Values.class }}
        data:
          class: {{ .Values.class }}
          mode: {{ .Values.mode }}
          region: {{ .Values.global.region }}

        """#,
    ],
    values: ["c/over.yaml"],
    cases: [
      ProvenanceCase("Secret/primary", "metadata name", "c/charts/db/values.yaml:1:7"),
      ProvenanceCase("Secret/primary", "stringData user", "c/values.yaml:6:16"),
      ProvenanceCase("Secret/primary", "stringData password", "c/over.yaml:3:15"),
      ProvenanceCase("Secret/primary", "stringData size", "c/values.yaml:5:9"),
      ProvenanceCase("Secret/primary", "stringData image", "c/values.yaml:2:13", and: ["c/charts/db/values.yaml:3:9", "c/charts/db/templates/db.yaml:9:39"]),
      ProvenanceCase("Secret/primary", "stringData region", "c/values.yaml:3:11"),
      ProvenanceCase("Secret/primary", "stringData tier", "c/charts/db/values.yaml:9:9"),
      ProvenanceCase("Secret/replica", "metadata name", "c/values.yaml:10:9"),
      ProvenanceCase("Secret/replica", "stringData user", "c/charts/db/values.yaml:5:9"),
      ProvenanceCase("Secret/replica", "stringData password", "c/charts/db/values.yaml:6:13"),
      ProvenanceCase("Secret/replica", "stringData size", "c/charts/db/values.yaml:2:7"),
      ProvenanceCase("Secret/replica", "stringData region", "c/values.yaml:3:11"),
      ProvenanceCase("ConfigMap/disk-ssd", "metadata name", "c/values.yaml:8:12", and: ["c/charts/db/charts/disk/templates/disk.yaml:4:9"]),
      ProvenanceCase("ConfigMap/disk-ssd", "data class", "c/values.yaml:8:12"),
      ProvenanceCase("ConfigMap/disk-ssd", "data mode", "c/charts/db/charts/disk/values.yaml:2:7"),
      ProvenanceCase("ConfigMap/disk-ssd", "data region", "c/values.yaml:3:11"),
    ])

  /// Arguments of the command over the files.
  static let settings = ProvenanceChart(
    name: "settings",
    files: [
      "c/Chart.yaml": #"""
        apiVersion: v2
        name: c
        version: 1.0.0

        """#,
      "arguments": #"""
        image.tag=v9,replicas=3
        build=0012
        labels.team=red,ports[1]=9090
        hosts={one.example,two.example}

        """#,
      "c/values.yaml": #"""
        image:
          tag: v1
          repository: app
        replicas: 1
        build: none
        labels:
          team: blue
          unit: core
        ports: [80, 443]
        hosts: []

        """#,
      "c/prod.yaml": #"""
        image: {tag: v2}

        """#,
      "c/templates/all.yaml": #"""
        apiVersion: v1
        kind: Pod
        metadata:
          name: set
          labels:
            {{- toYaml .Values.labels | nindent 4 }}
        spec:
          tag: {{ .Values.image.tag }}
          repository: {{ .Values.image.repository }}
          replicas: {{ .Values.replicas }}
          build: {{ .Values.build | quote }}
          ports: {{ toJson .Values.ports }}
          hosts:
            {{- range .Values.hosts }}
            - {{ . }}
            {{- end }}

        """#,
    ],
    values: ["c/prod.yaml"],
    settings: [(.set, line: 0), (.setString, line: 1), (.set, line: 2), (.set, line: 3)],
    cases: [
      ProvenanceCase("Pod/set", "spec tag", "arguments:1:11"),
      ProvenanceCase("Pod/set", "spec repository", "c/values.yaml:3:15"),
      ProvenanceCase("Pod/set", "spec replicas", "arguments:1:23"),
      ProvenanceCase("Pod/set", "spec build", "arguments:2:7"),
      ProvenanceCase("Pod/set", "metadata labels team", "arguments:3:13"),
      ProvenanceCase("Pod/set", "metadata labels unit", "c/values.yaml:8:9"),
      ProvenanceCase("Pod/set", "metadata labels unit#", "c/values.yaml:8:3"),
      ProvenanceCase("Pod/set", "spec ports 1", "arguments:3:26"),
      ProvenanceCase("Pod/set", "spec hosts 0", "arguments:4:8"),
      ProvenanceCase("Pod/set", "spec hosts 1", "arguments:4:20"),
    ])
}
