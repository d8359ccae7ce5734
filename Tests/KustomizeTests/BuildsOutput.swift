extension Build {
  static let output: [Build] = [
    Build(
      "the order of kinds, and first in first out",
      [
        "kustomization.yaml": """
          resources: [a.yaml]

          """,
        "a.yaml": """
          apiVersion: admissionregistration.k8s.io/v1
          kind: ValidatingWebhookConfiguration
          metadata: {name: w}
          ---
          apiVersion: v1
          kind: Service
          metadata: {name: s, namespace: b}
          ---
          apiVersion: v1
          kind: Service
          metadata: {name: s, namespace: a}
          ---
          apiVersion: z.com/v1
          kind: Other
          metadata: {name: o}
          ---
          apiVersion: v1
          kind: Namespace
          metadata: {name: n}

          """,
      ],
      """
        apiVersion: v1
        kind: Namespace
        metadata:
          name: "n"
        ---
        apiVersion: v1
        kind: Service
        metadata:
          name: s
          namespace: a
        ---
        apiVersion: v1
        kind: Service
        metadata:
          name: s
          namespace: b
        ---
        apiVersion: z.com/v1
        kind: Other
        metadata:
          name: o
        ---
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingWebhookConfiguration
        metadata:
          name: w

        """),
    Build(
      "sortOptions",
      [
        "kustomization.yaml": """
          sortOptions: {order: legacy, legacySortOptions: {orderFirst: [Other], orderLast: [Namespace]}}
          resources: [a.yaml]

          """,
        "a.yaml": """
          apiVersion: v1
          kind: Namespace
          metadata: {name: n}
          ---
          apiVersion: v1
          kind: Service
          metadata: {name: s}
          ---
          apiVersion: z.com/v1
          kind: Other
          metadata: {name: o}

          """,
      ],
      """
        apiVersion: z.com/v1
        kind: Other
        metadata:
          name: o
        ---
        apiVersion: v1
        kind: Service
        metadata:
          name: s
        ---
        apiVersion: v1
        kind: Namespace
        metadata:
          name: "n"

        """),
    Build(
      "where objects come from",
      [
        "kustomization.yaml": """
          buildMetadata: [originAnnotations, transformerAnnotations, managedByLabel]
          resources: [base]
          namespace: prod
          configMapGenerator: [{name: g, options: {disableNameSuffixHash: true}}]

          """,
        "base/kustomization.yaml": """
          resources: [c.yaml]
          namePrefix: b-

          """,
        "base/c.yaml": """
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
        kind: ConfigMap
        metadata:
          annotations:
            alpha.config.kubernetes.io/transformations: |
              - configuredIn: base/kustomization.yaml
                configuredBy:
                  apiVersion: builtin
                  kind: PrefixTransformer
              - configuredIn: kustomization.yaml
                configuredBy:
                  apiVersion: builtin
                  kind: NamespaceTransformer
            config.kubernetes.io/origin: |
              path: base/c.yaml
          labels:
            app.kubernetes.io/managed-by: kustomize-(devel)
          name: b-settings
          namespace: prod
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata:
          annotations:
            alpha.config.kubernetes.io/transformations: |
              - configuredIn: kustomization.yaml
                configuredBy:
                  apiVersion: builtin
                  kind: NamespaceTransformer
            config.kubernetes.io/origin: |
              configuredIn: kustomization.yaml
              configuredBy:
                apiVersion: builtin
                kind: ConfigMapGenerator
          labels:
            app.kubernetes.io/managed-by: kustomize-(devel)
          name: g
          namespace: prod

        """),
    Build(
      "scalars keep their type, or lose it as kustomize loses it",
      [
        "kustomization.yaml": """
          resources: [a.yaml]
          namePrefix: "1"

          """,
        "a.yaml": """
          apiVersion: v1
          kind: ConfigMap
          metadata:
            name: 012
            annotations: {a: 1e3, b: yes, c: "on"}
          data:
            a: yes
            b: "5"
            c: ~
            d: 1e3
            e: 0o17
            f: 2020-01-01
            h: 2020-1-2 3:4:5.10
            i: 2020-01-02T03:04:05+02:00
            j: "2020-01-01"
            k: 2020-02-30
            g: >-
              one
               two

          """,
      ],
      """
        apiVersion: v1
        data:
          a: "yes"
          b: "5"
          c: null
          d: 1000
          e: 15
          f: "2020-01-01T00:00:00Z"
          g: |-
            one

             two
          h: "2020-01-02T03:04:05.1Z"
          i: "2020-01-02T03:04:05+02:00"
          j: "2020-01-01"
          k: 2020-02-30
        kind: ConfigMap
        metadata:
          annotations:
            a: "1e3"
            b: "yes"
            c: "on"
          name: 1012

        """),
    Build(
      "lists are taken apart, local configuration is dropped",
      [
        "kustomization.yaml": """
          resources: [l.yaml, c.yaml]

          """,
        "l.yaml": """
          apiVersion: v1
          kind: List
          items:
          - apiVersion: v1
            kind: ConfigMap
            metadata: {name: one}
          - apiVersion: v1
            kind: ConfigMap
            metadata: {name: two, annotations: {config.kubernetes.io/local-config: "true"}}

          """,
        "c.yaml": """
          apiVersion: v1
          kind: ConfigMapList
          items:
          - apiVersion: v1
            kind: ConfigMap
            metadata: {name: three}

          """,
      ],
      """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: one
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: three

        """),
    Build(
      "a label that a base has put into selector and template is one node: an overlay changes all of them",
      [
        "kustomization.yaml": """
          resources: [base]
          labels: [{pairs: {app: b}}]

          """,
        "base/kustomization.yaml": """
          resources: [d.yaml]
          commonLabels: {app: a}

          """,
        "base/d.yaml": """
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
          labels:
            app: b
          name: web
        spec:
          selector:
            matchLabels:
              app: b
          template:
            metadata:
              labels:
                app: b
            spec:
              containers:
              - env:
                - name: A
                  value: "1"
                image: nginx:1.0
                name: app

        """),
  ]
}
