extension Build {
  static let generators: [Build] = [
    Build(
      "generated ConfigMaps and Secrets have a hash, references follow",
      [
        "kustomization.yaml": """
          configMapGenerator:
          - name: settings
            literals: ["a=b", "c='quoted'"]
            envs: [e.env]
            files: [f.txt, g=f.txt]
          secretGenerator:
          - name: key
            type: kubernetes.io/basic-auth
            literals: [password=secret]
          resources: [d.yaml]

          """,
        "e.env": """
          # a comment
          X=1
           Y=with = sign
          EMPTY=

          """,
        "f.txt": """
          two
          lines

          """,
        "d.yaml": """
          apiVersion: apps/v1
          kind: Deployment
          metadata: {name: web}
          spec:
            template:
              spec:
                volumes: [{name: v, secret: {secretName: key}}]
                containers:
                - name: app
                  envFrom: [{configMapRef: {name: settings}}]

          """,
      ],
      """
        apiVersion: v1
        data:
          EMPTY: ""
          X: "1"
          "Y": with = sign
          a: b
          c: quoted
          f.txt: |
            two
            lines
          g: |
            two
            lines
        kind: ConfigMap
        metadata:
          name: settings-25g9d5m6fm
        ---
        apiVersion: v1
        data:
          password: c2VjcmV0
        kind: Secret
        metadata:
          name: key-5dg2f4f84g
        type: kubernetes.io/basic-auth
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
        spec:
          template:
            spec:
              containers:
              - envFrom:
                - configMapRef:
                    name: settings-25g9d5m6fm
                name: app
              volumes:
              - name: v
                secret:
                  secretName: key-5dg2f4f84g

        """),
    Build(
      "generator options and behaviours of an overlay",
      [
        "kustomization.yaml": """
          resources: [base]
          generatorOptions: {labels: {made: "yes"}, disableNameSuffixHash: true}
          configMapGenerator:
          - {name: settings, behavior: merge, literals: [a=2, b=3]}
          - {name: other, options: {immutable: true, disableNameSuffixHash: false}, literals: [x=y]}

          """,
        "base/kustomization.yaml": """
          configMapGenerator:
          - {name: settings, literals: [a=1, z=0]}

          """,
      ],
      """
        apiVersion: v1
        data:
          x: "y"
        immutable: true
        kind: ConfigMap
        metadata:
          labels:
            made: "yes"
          name: other
        ---
        apiVersion: v1
        data:
          a: "2"
          b: "3"
          z: "0"
        kind: ConfigMap
        metadata:
          labels:
            made: "yes"
          name: settings

        """),
    Build(
      "components change what their parent has gathered",
      [
        "kustomization.yaml": """
          resources: [d.yaml]
          components: [comp]
          namePrefix: p-

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
        "comp/kustomization.yaml": """
          apiVersion: kustomize.config.k8s.io/v1alpha1
          kind: Component
          resources: [c.yaml]
          replicas: [{name: web, count: 2}]

          """,
        "comp/c.yaml": """
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
          name: p-settings
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: p-web
        spec:
          replicas: 2
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
      "vars, deprecated",
      [
        "kustomization.yaml": """
          resources: [c.yaml, p.yaml]
          namePrefix: x-
          vars:
          - {name: NAME, objref: {kind: ConfigMap, name: settings, apiVersion: v1}}

          """,
        "c.yaml": """
          apiVersion: v1
          kind: ConfigMap
          metadata:
            name: settings
          data:
            a: b

          """,
        "p.yaml": """
          apiVersion: v1
          kind: Pod
          metadata: {name: p}
          spec:
            containers:
            - name: c
              args: ["--of=$(NAME)", "$(OTHER)", "$$(NAME)"]

          """,
      ],
      """
        apiVersion: v1
        data:
          a: b
        kind: ConfigMap
        metadata:
          name: x-settings
        ---
        apiVersion: v1
        kind: Pod
        metadata:
          name: x-p
        spec:
          containers:
          - args:
            - --of=x-settings
            - $(OTHER)
            - $(NAME)
            name: c

        """),
    Build(
      "configurations add fields and name references",
      [
        "kustomization.yaml": """
          resources: [t.yaml, c.yaml]
          namePrefix: x-
          commonLabels: {l: v}
          configurations: [conf.yaml]

          """,
        "c.yaml": """
          apiVersion: v1
          kind: ConfigMap
          metadata:
            name: settings
          data:
            a: b

          """,
        "t.yaml": """
          apiVersion: example.com/v1
          kind: Thing
          metadata: {name: t}
          spec: {settings: {ref: settings}, labels: {}}

          """,
        "conf.yaml": """
          nameReference:
          - kind: ConfigMap
            version: v1
            fieldSpecs: [{path: spec/settings/ref, kind: Thing}]
          commonLabels:
          - {path: spec/labels, kind: Thing}

          """,
      ],
      """
        apiVersion: v1
        data:
          a: b
        kind: ConfigMap
        metadata:
          labels:
            l: v
          name: x-settings
        ---
        apiVersion: example.com/v1
        kind: Thing
        metadata:
          labels:
            l: v
          name: x-t
        spec:
          labels:
            l: v
          settings:
            ref: x-settings

        """),
    Build(
      "built-in plugins in transformers and generators",
      [
        "kustomization.yaml": """
          resources: [d.yaml]
          generators:
          - |
            apiVersion: builtin
            kind: ConfigMapGenerator
            metadata: {name: made}
            literals: [a=b]
          transformers: [t.yaml]

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
        "t.yaml": """
          apiVersion: builtin
          kind: PrefixSuffixTransformer
          metadata: {name: any}
          prefix: one-
          fieldSpecs: [{path: metadata/name}]
          ---
          apiVersion: builtin
          kind: LabelTransformer
          metadata: {name: any2}
          labels: {n: 5}
          fieldSpecs: [{path: metadata/labels, create: true}]

          """,
      ],
      """
        apiVersion: v1
        data:
          a: b
        kind: ConfigMap
        metadata:
          labels:
            "n": "5"
          name: one-made-4h2mbtbbt6
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          labels:
            "n": "5"
          name: one-web
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
      "configurations: a prefix for some kinds replaces the one for all",
      [
        "kustomization.yaml": """
          resources: [a.yaml]
          namePrefix: x-
          configurations: [conf.yaml]

          """,
        "a.yaml": """
          apiVersion: v1
          kind: ConfigMap
          metadata:
            name: settings
          data:
            a: b
          ---
          apiVersion: example.com/v1
          kind: Thing
          metadata: {name: t}

          """,
        "conf.yaml": """
          namePrefix: [{path: metadata/name, kind: Thing}]

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
        apiVersion: example.com/v1
        kind: Thing
        metadata:
          name: x-t

        """),
  ]
}
