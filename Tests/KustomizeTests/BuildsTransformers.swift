extension Build {
  static let transformers: [Build] = [
    Build(
      "a namespace is set, also of Namespaces and subjects called default",
      [
        "kustomization.yaml": """
          namespace: prod
          resources: [a.yaml]

          """,
        "a.yaml": """
          apiVersion: v1
          kind: Namespace
          metadata: {name: x}
          ---
          apiVersion: v1
          kind: ServiceAccount
          metadata: {name: app}
          ---
          apiVersion: rbac.authorization.k8s.io/v1
          kind: ClusterRoleBinding
          metadata: {name: b}
          roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: r}
          subjects:
          - {kind: ServiceAccount, name: app, namespace: default}
          - {kind: ServiceAccount, name: default}
          - {kind: ServiceAccount, name: other, namespace: else}

          """,
      ],
      """
        apiVersion: v1
        kind: Namespace
        metadata:
          name: prod
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata:
          name: app
          namespace: prod
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata:
          name: b
        roleRef:
          apiGroup: rbac.authorization.k8s.io
          kind: ClusterRole
          name: r
        subjects:
        - kind: ServiceAccount
          name: app
          namespace: prod
        - kind: ServiceAccount
          name: default
          namespace: prod
        - kind: ServiceAccount
          name: other
          namespace: else

        """),
    Build(
      "prefix and suffix rename, references follow, CRDs and Namespaces keep their names",
      [
        "kustomization.yaml": """
          namePrefix: pre-
          nameSuffix: -suf
          resources: [a.yaml]

          """,
        "a.yaml": """
          apiVersion: v1
          kind: ConfigMap
          metadata: {name: settings}
          ---
          apiVersion: v1
          kind: Namespace
          metadata: {name: keep}
          ---
          apiVersion: apps/v1
          kind: Deployment
          metadata: {name: web}
          spec:
            template:
              spec:
                serviceAccountName: unknown
                containers:
                - name: app
                  envFrom: [{configMapRef: {name: settings}}]

          """,
      ],
      """
        apiVersion: v1
        kind: Namespace
        metadata:
          name: keep
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: pre-settings-suf
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: pre-web-suf
        spec:
          template:
            spec:
              containers:
              - envFrom:
                - configMapRef:
                    name: pre-settings-suf
                name: app
              serviceAccountName: unknown

        """),
    Build(
      "common labels reach selectors and templates, labels only metadata",
      [
        "kustomization.yaml": """
          commonLabels: {team: a}
          labels:
          - pairs: {tier: b}
          - pairs: {slot: c}
            includeTemplates: true
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
          labels:
            slot: c
            team: a
            tier: b
          name: web
        spec:
          selector:
            matchLabels:
              team: a
          template:
            metadata:
              labels:
                slot: c
                team: a
            spec:
              containers:
              - env:
                - name: A
                  value: "1"
                image: nginx:1.0
                name: app

        """),
    Build(
      "annotations reach pod templates",
      [
        "kustomization.yaml": """
          commonAnnotations: {note: "1"}
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
            note: "1"
          name: web
        spec:
          template:
            metadata:
              annotations:
                note: "1"
            spec:
              containers:
              - env:
                - name: A
                  value: "1"
                image: nginx:1.0
                name: app

        """),
    Build(
      "images by name, tag and digest",
      [
        "kustomization.yaml": """
          images:
          - name: nginx
            newName: registry.local:5000/nginx
            newTag: "2.0"
          - name: busybox
            digest: sha256:abc
          resources: [d.yaml, p.yaml]

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
          apiVersion: v1
          kind: Pod
          metadata: {name: p}
          spec:
            initContainers: [{name: i, image: busybox}]
            containers: [{name: c, image: "nginx-other:1"}]

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
                image: registry.local:5000/nginx:2.0
                name: app
        ---
        apiVersion: v1
        kind: Pod
        metadata:
          name: p
        spec:
          containers:
          - image: nginx-other:1
            name: c
          initContainers:
          - image: busybox@sha256:abc
            name: i

        """),
    Build(
      "replicas",
      [
        "kustomization.yaml": """
          replicas: [{name: web, count: 4}]
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
          name: web
        spec:
          replicas: 4
          template:
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
