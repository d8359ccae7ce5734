extension Build {
  static let patches: [Build] = [
    Build(
      "a strategic merge keeps containers by name and puts the patch's first",
      [
        "kustomization.yaml": """
          patches:
          - path: p.yaml
          resources: [d.yaml]

          """,
        "d.yaml": """
          apiVersion: apps/v1
          kind: Deployment
          metadata:
            name: web
          spec:
            template:
              spec:
                containers:
                - name: app
                  image: nginx:1.0
                  env:
                  - name: A
                    value: "1"

          """,
        "p.yaml": """
          apiVersion: apps/v1
          kind: Deployment
          metadata: {name: web}
          spec:
            template:
              spec:
                containers:
                - name: side
                  image: envoy
                - name: app
                  env:
                  - {name: A, $patch: delete}
                  - {name: B, value: "2"}

          """,
      ],
      """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
        spec:
          template:
            spec:
              containers:
              - image: envoy
                name: side
              - env:
                - name: B
                  value: "2"
                image: nginx:1.0
                name: app

        """),
    Build(
      "lists of unknown kinds are replaced",
      [
        "kustomization.yaml": """
          patches:
          - target: {kind: Thing}
            patch: |
              apiVersion: example.com/v1
              kind: Thing
              metadata: {name: any}
              spec:
                items: [{name: b}]
                gone: null
          resources: [t.yaml]

          """,
        "t.yaml": """
          apiVersion: example.com/v1
          kind: Thing
          metadata: {name: one}
          spec:
            items: [{name: a}]
            gone: 1
            kept: 2
          ---
          apiVersion: example.com/v1
          kind: Thing
          metadata: {name: two}

          """,
      ],
      """
        apiVersion: example.com/v1
        kind: Thing
        metadata:
          name: one
        spec:
          items:
          - name: b
          kept: 2
        ---
        apiVersion: example.com/v1
        kind: Thing
        metadata:
          name: two
        spec:
          items:
          - name: b

        """),
    Build(
      "JSON patches by target patterns",
      [
        "kustomization.yaml": """
          patches:
          - target: {kind: Deploy.*, name: w.b}
            patch: |-
              - op: add
                path: /metadata/annotations/a~1b
                value: "x"
              - op: replace
                path: /spec/template/spec/containers/0/image
                value: nginx:3
              - {op: remove, path: /spec/template/spec/containers/0/env/0}
              - {op: add, path: /spec/words, value: [yes, 2020-01-01, 0o17, 1e3, 1234567]}
          resources: [d.yaml]

          """,
        "d.yaml": """
          apiVersion: apps/v1
          kind: Deployment
          metadata:
            name: web
          spec:
            template:
              spec:
                containers:
                - name: app
                  image: nginx:1.0
                  env:
                  - name: A
                    value: "1"

          """,
      ],
      """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          annotations:
            a/b: x
          name: web
        spec:
          template:
            spec:
              containers:
              - env: []
                image: nginx:3
                name: app
          words:
          - true
          - "2020-01-01"
          - 15
          - 1000
          - 1234567

        """),
    Build(
      "ports are merged by two keys",
      [
        "kustomization.yaml": """
          patches:
          - path: p.yaml
          resources: [s.yaml]

          """,
        "s.yaml": """
          apiVersion: v1
          kind: Service
          metadata: {name: s}
          spec:
            ports:
            - {port: 53, protocol: UDP, name: dns}
            - {port: 53, protocol: TCP, name: dns-tcp}
            - {port: 80, name: http}

          """,
        "p.yaml": """
          apiVersion: v1
          kind: Service
          metadata: {name: s}
          spec:
            ports:
            - {port: 53, protocol: TCP, targetPort: 5353}
            - {port: 80, targetPort: 8080}

          """,
      ],
      """
        apiVersion: v1
        kind: Service
        metadata:
          name: s
        spec:
          ports:
          - name: dns
            port: 53
            protocol: UDP
          - name: dns-tcp
            port: 53
            protocol: TCP
            targetPort: 5353
          - name: http
            port: 80
            targetPort: 8080

        """),
    Build(
      "a patch with $patch: delete takes the object away",
      [
        "kustomization.yaml": """
          patches:
          - patch: |
              apiVersion: v1
              kind: ConfigMap
              metadata: {name: settings}
              $patch: delete
          resources: [c.yaml, d.yaml]

          """,
        "c.yaml": """
          apiVersion: v1
          kind: ConfigMap
          metadata:
            name: settings
          data:
            a: b

          """,
        "d.yaml": """
          apiVersion: apps/v1
          kind: Deployment
          metadata:
            name: web
          spec:
            template:
              spec:
                containers:
                - name: app
                  image: nginx:1.0
                  env:
                  - name: A
                    value: "1"

          """,
      ],
      """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
        spec:
          template:
            spec:
              containers:
              - env:
                - name: A
                  value: "1"
                image: nginx:1.0
                name: app

        """),
    Build(
      "replacements copy fields, parts of them too",
      [
        "kustomization.yaml": """
          resources: [c.yaml, d.yaml]
          replacements:
          - source: {kind: ConfigMap, name: settings, fieldPath: data.a}
            targets:
            - select: {kind: Deployment}
              fieldPaths: ["spec.template.spec.containers.[name=app].env.[name=A].value"]
            - select: {name: web}
              fieldPaths: ["spec.template.spec.containers.*.image"]
              options: {delimiter: ":", index: 1}
            - select: {kind: Deployment}
              fieldPaths: [metadata.labels.new]
              options: {create: true}

          """,
        "c.yaml": """
          apiVersion: v1
          kind: ConfigMap
          metadata:
            name: settings
          data:
            a: b

          """,
        "d.yaml": """
          apiVersion: apps/v1
          kind: Deployment
          metadata:
            name: web
          spec:
            template:
              spec:
                containers:
                - name: app
                  image: nginx:1.0
                  env:
                  - name: A
                    value: "1"

          """,
      ],
      """
        apiVersion: v1
        data:
          a: b
        kind: ConfigMap
        metadata:
          name: settings
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          labels:
            new: b
          name: web
        spec:
          template:
            spec:
              containers:
              - env:
                - name: A
                  value: b
                image: nginx:b
                name: app

        """),
    Build(
      "names may change by patch",
      [
        "kustomization.yaml": """
          resources: [c.yaml]
          patches:
          - options: {allowNameChange: true, allowKindChange: true}
            target: {kind: ConfigMap}
            patch: |
              apiVersion: v1
              kind: Secret
              metadata: {name: renamed}

          """,
        "c.yaml": """
          apiVersion: v1
          kind: ConfigMap
          metadata:
            name: settings
          data:
            a: b

          """,
      ],
      """
        apiVersion: v1
        data:
          a: b
        kind: Secret
        metadata:
          name: renamed

        """),
  ]
}
