@testable import Helm

/// Charts that use the template language in less usual ways, with the place to edit for what they render.
extension ProvenanceChart {
  /// Values that are templates themselves.
  static let templatesOfValues = ProvenanceChart(
    name: "templatesOfValues",
    files: [
      "c/Chart.yaml": #"""
        apiVersion: v2
        name: c
        version: 1.0.0

        """#,
      "c/values.yaml": #"""
        domain: example.org
        host: "www.{{ .Values.domain }}"
        annotations:
          note: plain words
          url: 'https://{{ .Values.domain }}/x'
        extraEnv:
          - name: URL
            value: '{{ .Values.scheme }}'
        scheme: gopher
        block: |
          first: {{ .Values.scheme }}
          second: fixed

        """#,
      "c/templates/config.yaml": #"""
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: tpl
          annotations:
            {{- tpl (toYaml .Values.annotations) . | nindent 4 }}
        data:
          host: {{ tpl .Values.host . }}
          scheme: {{ tpl "{{ .Values.scheme }}" . }}
          {{- tpl .Values.block . | nindent 2 }}
        env:
          {{- tpl (.Values.extraEnv | toYaml) . | nindent 2 }}

        """#,
    ],
    cases: [
      ProvenanceCase("ConfigMap/tpl", "metadata annotations note", "c/values.yaml:4:9"),
      ProvenanceCase("ConfigMap/tpl", "metadata annotations note#", "c/values.yaml:4:3"),
      ProvenanceCase("ConfigMap/tpl", "metadata annotations url", "c/values.yaml:5:9", and: ["c/values.yaml:1:9"]),
      ProvenanceCase("ConfigMap/tpl", "data host", "c/values.yaml:2:8", and: ["c/values.yaml:1:9"]),
      ProvenanceCase("ConfigMap/tpl", "data scheme", "c/values.yaml:9:9", calls: ["c/templates/config.yaml:9:11"]),
      ProvenanceCase("ConfigMap/tpl", "data first", "c/values.yaml:9:9", calls: ["c/templates/config.yaml:10:3"]),
      ProvenanceCase("ConfigMap/tpl", "data first#", "c/values.yaml:11:3"),
      ProvenanceCase("ConfigMap/tpl", "data second", "c/values.yaml:12:11"),
      ProvenanceCase("ConfigMap/tpl", "data second#", "c/values.yaml:12:3"),
      ProvenanceCase("ConfigMap/tpl", "env 0 name", "c/values.yaml:7:11"),
      ProvenanceCase("ConfigMap/tpl", "env 0 value", "c/values.yaml:9:9"),
    ])

  /// Objects made in loops over maps and lists.
  static let loops = ProvenanceChart(
    name: "loops",
    files: [
      "c/Chart.yaml": #"""
        apiVersion: v2
        name: c
        version: 1.0.0

        """#,
      "c/values.yaml": #"""
        services:
          api: {port: 8080, path: /api}
          web: {port: 81}
        hosts: [a.example, b.example]
        fallback:
          path: /
        limits:
          cpu: 250m
        labels:
          unit: left
          "wing": right

        """#,
      "c/templates/services.yaml": #"""
        {{- range $name, $svc := .Values.services }}
        ---
        apiVersion: v1
        kind: Service
        metadata:
          name: {{ $name }}
          annotations:
            path: {{ $svc.path | default $.Values.fallback.path }}
            hosts: {{ join "," $.Values.hosts | quote }}
        spec:
          ports:
            - port: {{ $svc.port }}
              name: http
          externalNames:
          {{- range $i, $host := $.Values.hosts }}
            - {{ $host }}
          {{- end }}
        {{- end }}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: rest
        data:
          {{- with .Values.limits }}
          cpu: {{ .cpu }}
          {{- end }}
          {{- with .Values.nothing }}
          some: {{ . }}
          {{- else }}
          none: empty
          {{- end }}
          {{- range $key, $value := .Values.labels }}
          {{ $key }}: {{ $value | quote }}
          {{- end }}

        """#,
    ],
    cases: [
      ProvenanceCase("Service/api", "metadata name", "c/values.yaml:2:3"),
      ProvenanceCase("Service/web", "metadata name", "c/values.yaml:3:3"),
      ProvenanceCase("Service/api", "metadata annotations path", "c/values.yaml:2:27"),
      ProvenanceCase("Service/web", "metadata annotations path", "c/values.yaml:6:9"),
      ProvenanceCase("Service/api", "metadata annotations hosts", "c/values.yaml:4:9", and: ["c/values.yaml:4:20"]),
      ProvenanceCase("Service/api", "spec ports 0 port", "c/values.yaml:2:15"),
      ProvenanceCase("Service/web", "spec ports 0 port", "c/values.yaml:3:15"),
      ProvenanceCase("Service/web", "spec ports 0 name", "c/templates/services.yaml:13:13"),
      ProvenanceCase("Service/web", "spec externalNames 0", "c/values.yaml:4:9"),
      ProvenanceCase("Service/web", "spec externalNames 1", "c/values.yaml:4:20"),
      ProvenanceCase("ConfigMap/rest", "data cpu", "c/values.yaml:8:8"),
      ProvenanceCase("ConfigMap/rest", "data none", "c/templates/services.yaml:31:9"),
      ProvenanceCase("ConfigMap/rest", "data unit", "c/values.yaml:10:9"),
      ProvenanceCase("ConfigMap/rest", "data unit#", "c/values.yaml:10:3"),
      ProvenanceCase("ConfigMap/rest", "data wing", "c/values.yaml:11:11"),
      ProvenanceCase("ConfigMap/rest", "data wing#", "c/values.yaml:11:4"),
    ])

  /// Maps merged, changed and chosen from in the template.
  static let maps = ProvenanceChart(
    name: "maps",
    files: [
      "c/Chart.yaml": #"""
        apiVersion: v2
        name: c
        version: 1.0.0

        """#,
      "c/values.yaml": #"""
        base:
          a: one
          b: two
          nested: {x: ten, z: twenty}
        override:
          b: three
          nested: {z: thirty}
        flag: true
        chosen: chosen-word
        other: other-word
        empty: ""
        second: filled

        """#,
      "c/templates/config.yaml": #"""
        {{- $merged := merge (deepCopy .Values.override) .Values.base }}
        {{- $over := mergeOverwrite (deepCopy .Values.base) .Values.override }}
        {{- $made := dict "k" .Values.second "lit" "word" }}
        {{- $_ := set $made "added" .Values.base.a }}
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: maps
        data:
          a: {{ $merged.a }}
          b: {{ $merged.b }}
          x: {{ $merged.nested.x }}
          overX: {{ $over.nested.x }}
          overY: {{ $over.nested.z }}
          made:
            {{- toYaml $made | nindent 4 }}
          ternary: {{ ternary .Values.chosen .Values.other .Values.flag }}
          unlike: {{ .Values.flag | ternary "left" "right" }}
          coalesce: {{ coalesce .Values.empty .Values.gone .Values.second }}
          round: {{ (fromYaml (toYaml .Values.base)).nested.z }}
          got: {{ get .Values.base "a" }}
          picked: {{- pick .Values.base "b" | toYaml | nindent 4 }}
          required: {{ required "needed" .Values.second }}
          json: {{ toJson .Values.base.nested }}
          flag: {{ .Values.flag }}

        """#,
    ],
    cases: [
      ProvenanceCase("ConfigMap/maps", "data a", "c/values.yaml:2:6"),
      ProvenanceCase("ConfigMap/maps", "data b", "c/values.yaml:6:6"),
      ProvenanceCase("ConfigMap/maps", "data x", "c/values.yaml:4:15"),
      ProvenanceCase("ConfigMap/maps", "data overX", "c/values.yaml:4:15"),
      ProvenanceCase("ConfigMap/maps", "data overY", "c/values.yaml:7:15"),
      ProvenanceCase("ConfigMap/maps", "data made k", "c/values.yaml:12:9"),
      ProvenanceCase("ConfigMap/maps", "data made lit", "c/templates/config.yaml:3:44"),
      ProvenanceCase("ConfigMap/maps", "data made lit#", "c/templates/config.yaml:3:38"),
      ProvenanceCase("ConfigMap/maps", "data made added", "c/values.yaml:2:6"),
      ProvenanceCase("ConfigMap/maps", "data made added#", "c/templates/config.yaml:4:21"),
      ProvenanceCase("ConfigMap/maps", "data ternary", "c/values.yaml:9:9"),
      ProvenanceCase("ConfigMap/maps", "data unlike", "c/templates/config.yaml:18:37"),
      ProvenanceCase("ConfigMap/maps", "data coalesce", "c/values.yaml:12:9"),
      ProvenanceCase("ConfigMap/maps", "data round", "c/values.yaml:4:23"),
      ProvenanceCase("ConfigMap/maps", "data got", "c/values.yaml:2:6"),
      ProvenanceCase("ConfigMap/maps", "data picked b", "c/values.yaml:3:6"),
      ProvenanceCase("ConfigMap/maps", "data picked b#", "c/values.yaml:3:3"),
      ProvenanceCase("ConfigMap/maps", "data required", "c/values.yaml:12:9"),
      ProvenanceCase("ConfigMap/maps", "data json x", "c/values.yaml:4:15"),
      ProvenanceCase("ConfigMap/maps", "data json x#", "c/values.yaml:4:12"),
      ProvenanceCase("ConfigMap/maps", "data flag", "c/values.yaml:8:7"),
    ])

  /// Block scalars that hold YAML, read again as the rules read them.
  static let documentsInStrings = ProvenanceChart(
    name: "documentsInStrings",
    files: [
      "c/Chart.yaml": #"""
        apiVersion: v2
        name: c
        version: 1.0.0

        """#,
      "c/values.yaml": #"""
        secrets:
          - objectName: db-password
            alias: password
          - objectName: api-key
            alias: key
        vault: kv-prod
        raw: |
          - objectName: raw-name
            objectType: cert

        """#,
      "c/templates/classes.yaml": #"""
        apiVersion: secrets-store.csi.x-k8s.io/v1
        kind: SecretProviderClass
        metadata:
          name: vault
        spec:
          parameters:
            keyvaultName: {{ .Values.vault | quote }}
            objects: |
              {{- range .Values.secrets }}
              - objectName: {{ .objectName | quote }}
                objectType: secret
                objectAlias: {{ .alias }}
              {{- end }}
        ---
        apiVersion: secrets-store.csi.x-k8s.io/v1
        kind: SecretProviderClass
        metadata:
          name: nested
        spec:
          parameters:
            objects: |
              array:
                - |
                  objectName: inner-name
                  objectType: {{ "secret" }}
                  objectAlias: {{ (index .Values.secrets 1).alias }}
            raw: |
              {{- .Values.raw | nindent 6 }}
            listed: |
              {{- toYaml .Values.secrets | nindent 6 }}

        """#,
    ],
    cases: [
      ProvenanceCase("SecretProviderClass/vault", "spec parameters keyvaultName", "c/values.yaml:6:8"),
      ProvenanceCase("SecretProviderClass/vault", "spec parameters objects @ 0 objectName", "c/values.yaml:2:17"),
      ProvenanceCase("SecretProviderClass/vault", "spec parameters objects @ 1 objectName", "c/values.yaml:4:17"),
      ProvenanceCase("SecretProviderClass/vault", "spec parameters objects @ 1 objectType", "c/templates/classes.yaml:11:21"),
      ProvenanceCase("SecretProviderClass/vault", "spec parameters objects @ 1 objectAlias", "c/values.yaml:5:12"),
      ProvenanceCase("SecretProviderClass/vault", "spec parameters objects @ 0 objectAlias#", "c/templates/classes.yaml:12:9"),
      ProvenanceCase("SecretProviderClass/nested", "spec parameters objects @ array 0 @ objectName", "c/templates/classes.yaml:24:23"),
      ProvenanceCase("SecretProviderClass/nested", "spec parameters objects @ array 0 @ objectName#", "c/templates/classes.yaml:24:11"),
      ProvenanceCase("SecretProviderClass/nested", "spec parameters objects @ array 0 @ objectType", "c/templates/classes.yaml:25:26"),
      ProvenanceCase("SecretProviderClass/nested", "spec parameters objects @ array 0 @ objectAlias", "c/values.yaml:5:12"),
      ProvenanceCase("SecretProviderClass/nested", "spec parameters raw @ 0 objectName", "c/values.yaml:8:17"),
      ProvenanceCase("SecretProviderClass/nested", "spec parameters raw @ 0 objectType", "c/values.yaml:9:17"),
      ProvenanceCase("SecretProviderClass/nested", "spec parameters raw @ 0 objectType#", "c/values.yaml:9:5"),
      ProvenanceCase("SecretProviderClass/nested", "spec parameters listed @ 1 objectName", "c/values.yaml:4:17"),
      ProvenanceCase("SecretProviderClass/nested", "spec parameters listed @ 1 alias#", "c/values.yaml:5:5"),
    ])

  /// Strings made of several values.
  static let composed = ProvenanceChart(
    name: "composed",
    files: [
      "c/Chart.yaml": #"""
        apiVersion: v2
        name: c
        version: 1.0.0

        """#,
      "c/values.yaml": #"""
        image: {repo: app, tag: v1}
        prefix: team
        suffix: 'blue'
        words: [x, "y"]
        config: |
          key: value
          other: thing
        number: 7

        """#,
      "c/templates/config.yaml": #"""
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: {{ .Values.prefix }}
        data:
          image: {{ printf "%s:%s" .Values.image.repo .Values.image.tag }}
          quoted: {{ printf "%s/%s" .Values.image.repo .Values.image.tag | quote }}
          tail: {{ printf "%s-tail" .Values.suffix }}
          host: {{ .Values.prefix }}-{{ .Values.suffix }}
          lit: pre-{{ .Values.suffix }}
          up: {{ upper .Values.prefix }}
          encoded: {{ b64enc .Values.suffix }}
          joined: {{ .Values.words | join "-" }}
          cat: {{ cat .Values.prefix .Values.suffix }}
          number: {{ .Values.number | toString | quote }}
          text: {{ "fixed" | upper }}
          {{ .Values.prefix }}-key: own
          file: |
        {{ .Values.config | indent 4 }}

        """#,
    ],
    cases: [
      ProvenanceCase("ConfigMap/team", "data image", "c/values.yaml:1:15", and: ["c/values.yaml:1:25", "c/templates/config.yaml:6:20"]),
      ProvenanceCase("ConfigMap/team", "data quoted", "c/values.yaml:1:15", and: ["c/values.yaml:1:25"]),
      ProvenanceCase("ConfigMap/team", "data tail", "c/values.yaml:3:10", and: ["c/templates/config.yaml:8:19"]),
      ProvenanceCase("ConfigMap/team", "data host", "c/values.yaml:2:9", and: ["c/values.yaml:3:10", "c/templates/config.yaml:9:29"]),
      ProvenanceCase("ConfigMap/team", "data lit", "c/values.yaml:3:10", and: ["c/templates/config.yaml:10:8"]),
      ProvenanceCase("ConfigMap/team", "data up", "c/values.yaml:2:9"),
      ProvenanceCase("ConfigMap/team", "data encoded", "c/values.yaml:3:10"),
      ProvenanceCase("ConfigMap/team", "data joined", "c/values.yaml:4:9", and: ["c/values.yaml:4:13", "c/templates/config.yaml:13:35"]),
      ProvenanceCase("ConfigMap/team", "data cat", "c/values.yaml:2:9", and: ["c/values.yaml:3:10"]),
      ProvenanceCase("ConfigMap/team", "data number", "c/values.yaml:8:9"),
      ProvenanceCase("ConfigMap/team", "data text", "c/templates/config.yaml:16:12"),
      ProvenanceCase("ConfigMap/team", "data team-key", "c/templates/config.yaml:17:29"),
      ProvenanceCase("ConfigMap/team", "data team-key#", "c/values.yaml:2:9", and: ["c/templates/config.yaml:17:23"]),
      ProvenanceCase("ConfigMap/team", "data file @ key", "c/values.yaml:6:8"),
      ProvenanceCase("ConfigMap/team", "data file @ other#", "c/values.yaml:7:3"),
    ])
}
