import Kustomize
import SourceText
import Testing
import Values

/// Places to edit, one small kustomization for each way in which a field comes about.
struct KustomizeOriginTable {
  struct Row: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var directory: String
    var files: [String: String]
    /// Kind, path of the field, `file:line:column`.
    var fields: [(kind: String, path: String, place: String)]

    init(_ name: String, in directory: String = "", _ files: [String: String], _ fields: [(kind: String, path: String, place: String)]) {
      testDescription = name
      self.directory = directory
      self.files = files
      self.fields = fields
    }
  }

  static let deployment = """
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
      labels:
        tier: front
    spec:
      replicas: 1
      selector:
        matchLabels:
          tier: front
      template:
        metadata:
          labels:
            tier: front
        spec:
          serviceAccountName: web
          containers:
          - name: app
            image: registry.example.com/web:1
            args: [a, b]
            envFrom:
            - secretRef:
                name: creds
            ports:
            - containerPort: 80
          - name: proxy
            image: envoy@sha256:aa
          volumes:
          - name: config
            configMap:
              name: settings

    """

  static let account = "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: web\n"

  static let rows = [
    Row(
      "a component's patch", in: "prod",
      [
        "prod/kustomization.yaml": "resources: [web.yaml]\ncomponents:\n- ../comp\n",
        "prod/web.yaml": deployment,
        "comp/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches:\n- path: p.yaml\nnameSuffix: -c\n",
        "comp/p.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: 5\n",
      ],
      [
        ("Deployment", "spec/replicas", "comp/p.yaml:6:13"), ("Deployment", "metadata/name", "comp/kustomization.yaml:5:13"),
        ("Deployment", "spec/template/spec/containers/1/image", "prod/web.yaml:28:16"),
      ]),
    Row(
      "namespace reaches subjects of bindings",
      [
        "kustomization.yaml": "namespace: prod\nresources: [a.yaml]\n",
        "a.yaml": account + "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: b}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: r}\nsubjects:\n- kind: ServiceAccount\n  name: web\n  namespace: default\n",
      ],
      [
        ("ServiceAccount", "metadata/namespace", "kustomization.yaml:1:12"), ("RoleBinding", "subjects/0/namespace", "kustomization.yaml:1:12"),
        ("RoleBinding", "subjects/0/name", "a.yaml:12:9"),
      ]),
    Row(
      "suffix and the reference that follows it",
      ["kustomization.yaml": "nameSuffix: -v2\nresources: [a.yaml, s.yaml]\n", "a.yaml": deployment, "s.yaml": account],
      [
        ("ServiceAccount", "metadata/name", "kustomization.yaml:1:13"), ("Deployment", "spec/template/spec/serviceAccountName", "kustomization.yaml:1:13"),
      ]),
    Row(
      "labels without selectors",
      ["kustomization.yaml": "labels:\n- pairs:\n    team: core\n  includeTemplates: true\nresources: [a.yaml]\n", "a.yaml": deployment],
      [
        ("Deployment", "metadata/labels/team", "kustomization.yaml:3:11"),
        ("Deployment", "spec/template/metadata/labels/team", "kustomization.yaml:3:11"), ("Deployment", "spec/selector/matchLabels/tier", "a.yaml:11:13"),
      ]),
    Row(
      "labels with selectors replace",
      ["kustomization.yaml": "labels:\n- includeSelectors: true\n  pairs: {tier: back}\nresources: [a.yaml]\n", "a.yaml": deployment],
      [
        ("Deployment", "spec/selector/matchLabels/tier", "kustomization.yaml:3:17"), ("Deployment", "metadata/labels/tier", "kustomization.yaml:3:17"),
      ]),
    Row(
      "a new image name, tag and digest",
      [
        "kustomization.yaml": "images:\n- name: registry.example.com/web\n  newName: mirror.example.com/web\n  newTag: v2\n- name: envoy\n  digest: sha256:bb\nresources: [a.yaml]\n",
        "a.yaml": deployment,
      ],
      [
        ("Deployment", "spec/template/spec/containers/0/image", "kustomization.yaml:4:11"),
        ("Deployment", "spec/template/spec/containers/1/image", "kustomization.yaml:6:11"),
      ]),
    Row(
      "a strategic merge patch written in the kustomization",
      [
        "kustomization.yaml": """
          resources: [a.yaml]
          patches:
          - patch: |-
              apiVersion: apps/v1
              kind: Deployment
              metadata:
                name: web
              spec:
                template:
                  spec:
                    serviceAccountName: other
          """, "a.yaml": deployment,
      ], [("Deployment", "spec/template/spec/serviceAccountName", "kustomization.yaml:11:31")]),
    Row(
      "patchesStrategicMerge and patchesJson6902",
      [
        "kustomization.yaml": "resources: [a.yaml]\npatchesStrategicMerge:\n- p.yaml\npatchesJson6902:\n- target: {group: apps, version: v1, kind: Deployment, name: web}\n  path: j.yaml\n",
        "a.yaml": deployment,
        "p.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  paused: true\n",
        "j.yaml": "- op: replace\n  path: /spec/template/spec/containers/0/args/1\n  value: c\n",
      ],
      [
        ("Deployment", "spec/paused", "p.yaml:5:11"), ("Deployment", "spec/template/spec/containers/0/args/1", "j.yaml:3:10"),
        ("Deployment", "spec/template/spec/containers/0/args/0", "a.yaml:21:16"),
      ]),
    Row(
      "JSON patches: add a map, move, copy",
      [
        "kustomization.yaml": "resources: [a.yaml]\npatches:\n- target: {kind: ServiceAccount}\n  path: j.json\n",
        "a.yaml": account + "  labels:\n    a: one\n    b: two\n",
        "j.json": "[\n {\"op\": \"add\", \"path\": \"/metadata/annotations\", \"value\": {\"role\": \"arn\"}},\n {\"op\": \"move\", \"from\": \"/metadata/labels/a\", \"path\": \"/metadata/labels/c\"},\n {\"op\": \"copy\", \"from\": \"/metadata/labels/b\", \"path\": \"/metadata/labels/d\"}\n]\n",
      ],
      [
        ("ServiceAccount", "metadata/annotations/role", "j.json:2:68"), ("ServiceAccount", "metadata/labels/c", "a.yaml:6:8"),
        ("ServiceAccount", "metadata/labels/d", "a.yaml:7:8"),
      ]),
    Row(
      "a patch that replaces a list",
      [
        "kustomization.yaml": "resources: [a.yaml]\npatches: [{path: p.yaml}]\n", "a.yaml": deployment,
        "p.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      containers:\n      - $patch: replace\n      - name: only\n        image: only:1\n",
      ], [("Deployment", "spec/template/spec/containers/0/image", "p.yaml:10:16")]),
    Row(
      "of two patches the last",
      [
        "kustomization.yaml": "resources: [a.yaml]\npatches:\n- path: p.yaml\n- path: q.yaml\n", "a.yaml": deployment,
        "p.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 2, minReadySeconds: 5}\n",
        "q.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 3}\n",
      ], [("Deployment", "spec/replicas", "q.yaml:4:18"), ("Deployment", "spec/minReadySeconds", "p.yaml:4:38")]),
    Row(
      "of two layers the upper", in: "top",
      [
        "top/kustomization.yaml": "resources: [../mid]\nreplicas:\n- name: web\n  count: 9\n", "mid/kustomization.yaml": "resources: [../low]\nreplicas: [{name: web, count: 4}]\ncommonAnnotations: {by: mid}\n",
        "low/kustomization.yaml": "resources: [a.yaml]\n", "low/a.yaml": deployment,
      ], [("Deployment", "spec/replicas", "top/kustomization.yaml:4:10"), ("Deployment", "metadata/annotations/by", "mid/kustomization.yaml:3:25")]),
    Row(
      "a generated secret and its options",
      [
        "kustomization.yaml": "secretGenerator:\n- name: creds\n  type: example.com/login\n  literals:\n  - user=me\n  files:\n  - renamed=key.txt\n  options:\n    labels:\n      own: \"1\"\ngeneratorOptions:\n  annotations:\n    all: \"2\"\n",
        "key.txt": "k\n",
      ],
      [
        ("Secret", "type", "kustomization.yaml:3:9"), ("Secret", "data/user", "kustomization.yaml:5:10"), ("Secret", "data/renamed", "key.txt:1:1"),
        ("Secret", "metadata/labels/own", "kustomization.yaml:10:13"), ("Secret", "metadata/annotations/all", "kustomization.yaml:13:11"),
        ("Secret", "metadata/name", "kustomization.yaml:2:9"),
      ]),
    Row(
      "references to generated objects lead to the generator",
      [
        "kustomization.yaml": "resources: [a.yaml]\nsecretGenerator:\n- name: creds\n  literals: [a=b]\nconfigMapGenerator:\n- name: settings\n  literals: [c=d]\n",
        "a.yaml": deployment,
      ],
      [
        ("Deployment", "spec/template/spec/containers/0/envFrom/0/secretRef/name", "kustomization.yaml:3:9"),
        ("Deployment", "spec/template/spec/volumes/0/configMap/name", "kustomization.yaml:6:9"),
      ]),
    Row(
      "a generator that merges", in: "top",
      [
        "top/kustomization.yaml": "resources: [../low]\nconfigMapGenerator:\n- name: settings\n  behavior: merge\n  literals:\n  - LEVEL=debug\n",
        "low/kustomization.yaml": "configMapGenerator:\n- name: settings\n  literals:\n  - LEVEL=info\n  - MODE=fast\n",
      ], [("ConfigMap", "data/LEVEL", "top/kustomization.yaml:6:11"), ("ConfigMap", "data/MODE", "low/kustomization.yaml:5:10")]),
    Row(
      "a variable leads to what it stands for",
      [
        "kustomization.yaml": "resources: [a.yaml, s.yaml]\nvars:\n- name: SA\n  objref: {apiVersion: v1, kind: ServiceAccount, name: web}\n",
        "a.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: c\n    image: i\n    args:\n    - $(SA)\n", "s.yaml": account,
      ], [("Pod", "spec/containers/0/args/0", "s.yaml:4:9")]),
    Row(
      "a part of a replaced field",
      [
        "kustomization.yaml": "resources: [a.yaml, c.yaml]\nreplacements:\n- path: r.yaml\n",
        "r.yaml": "source: {kind: ConfigMap, fieldPath: data.tag}\ntargets:\n- select: {kind: Deployment}\n  fieldPaths: ['spec.template.spec.containers.[name=app].image']\n  options: {delimiter: ':', index: 1}\n",
        "a.yaml": deployment, "c.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  tag: v9\n",
      ], [("Deployment", "spec/template/spec/containers/0/image", "c.yaml:5:8")]),
    Row(
      "transformers and generators in files of their own",
      [
        "kustomization.yaml": "resources: [s.yaml]\ntransformers: [t.yaml]\ngenerators: [g.yaml]\n", "s.yaml": account,
        "t.yaml": "apiVersion: builtin\nkind: AnnotationsTransformer\nmetadata: {name: t}\nannotations:\n  owner: core\nfieldSpecs:\n- path: metadata/annotations\n  create: true\n",
        "g.yaml": "apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: made}\nliterals:\n- a=b\n",
      ], [("ServiceAccount", "metadata/annotations/owner", "t.yaml:5:10"), ("ConfigMap", "data/a", "g.yaml:5:5")]),
    Row(
      "fields of user configurations",
      [
        "kustomization.yaml": "resources: [a.yaml]\nnamePrefix: p-\nconfigurations: [c.yaml]\n",
        "a.yaml": "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: t}\nspec:\n  account: web\n---\n" + account,
        "c.yaml": "nameReference:\n- kind: ServiceAccount\n  fieldSpecs:\n  - {kind: Thing, path: spec/account}\n",
      ], [("Thing", "spec/account", "kustomization.yaml:2:13"), ("Thing", "metadata/name", "kustomization.yaml:2:13")]),
    Row(
      "members of lists keep their lines",
      ["kustomization.yaml": "resources: [l.yaml]\n", "l.yaml": "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ServiceAccount\n  metadata:\n    name: inner\n"],
      [("ServiceAccount", "metadata/name", "l.yaml:7:11")]),
  ]

  @Test("each field leads to the line that a person edits", arguments: rows)
  func places(_ row: Row) {
    let built = Built(row.files, row.directory)
    #expect(built.diagnostics.isEmpty, "\(built.diagnostics.map(\.message))")
    for field in row.fields {
      #expect(built.place(field.kind, field.path.split(separator: "/").map(String.init)) == field.place, "\(field.kind) \(field.path)")
    }
  }

  @Test("what an Application changes leads to the Application")
  func edits() throws {
    let provenance = Provenance()
    let text = """
      {"namespace": "prod",
       "images": ["envoy@sha256:cc"],
       "commonAnnotations": {"note": "x"},
       "replicas": [{"name": "web", "count": 3}]}
      """
    let file = provenance.sources.add(path: "app.json", bytes: Array(text.utf8))
    let section = try JSONReader.read(file.bytes) { provenance.origins.add(.source, SourceSpan(source: file.id, $0)) }
    let built = Built(
      ["kustomization.yaml": "resources: [a.yaml]\n", "a.yaml": Self.deployment], edits: KustomizeEdits(section: section), provenance: provenance)
    #expect(built.diagnostics.isEmpty)
    for (path, place) in [
      ("metadata/namespace", "app.json:1:15"), ("spec/template/spec/containers/1/image", "app.json:2:13"), ("metadata/annotations/note", "app.json:3:32"),
      ("spec/replicas", "app.json:4:40"),
    ] {
      #expect(built.place("Deployment", path.split(separator: "/").map(String.init)) == place, "\(path)")
    }
  }
}
