import FileTree
import Kustomize
import SourceText
import Values

/// Builds mutated kustomizations: whatever stands in the kustomization, its patches and its manifests, no trap, no hang, bounded memory.
enum KustomizeFuzz {
  /// Larger builds are left out: many small ones find more.
  private static let buildBytes = 100_000

  /// A kustomization with all the files that its build reads.
  private struct Build {
    var directory: String
    var files: [(path: String, bytes: [UInt8])]
    /// Places of the kustomization files in `files`.
    var kustomizations: [Int]
  }

  static func run(_ words: [String]) -> Int32 {
    Fuzzing.main("fuzz-kustomize", words, seconds: 5) { tree in
      let builds = corpus(tree)
      return builds.isEmpty ? nil : (builds.count, { random in build(builds, &random) })
    }
  }

  // MARK: Corpus

  private static let names = ["kustomization.yaml", "kustomization.yml", "Kustomization"]

  private static func corpus(_ tree: DiskFileTree) -> [Build] {
    var builds: [Build] = []
    var pending = [""]
    while let next = pending.popLast() {
      var isKustomization = false
      for entry in (try? tree.list(next)) ?? [] {
        if entry.kind == .directory, !entry.isLink { pending.append(TreePath.join(next, entry.name)) }
        if names.contains(entry.name) { isKustomization = true }
      }
      if isKustomization, let build = build(tree, next) { builds.append(build) }
    }
    return builds.sorted { $0.directory.bytesPrecede($1.directory) }
  }

  private static func build(_ tree: DiskFileTree, _ directory: String) -> Build? {
    let result = KustomizeBuilder(tree: tree, provenance: Provenance()).build(directory: directory, sink: DiagnosticSink())
    var files: [(path: String, bytes: [UInt8])] = []
    var size = 0
    for path in result.inputs {
      guard let bytes = try? tree.read(path) else { continue }
      size += bytes.count
      files.append((path, bytes))
    }
    guard !files.isEmpty, size <= buildBytes else { return nil }
    return Build(
      directory: directory, files: files, kustomizations: files.indices.filter { names.contains(TreePath.name(of: files[$0].path)) })
  }

  // MARK: One run

  private static func build(_ builds: [Build], _ random: inout FuzzRandom) -> Bool {
    let build = builds[random.below(builds.count)]
    let other = builds[random.below(builds.count)].files
    var files = build.files
    for _ in 0...(random.below(4) / 3) {
      // Every second mutation is one of a kustomization file, however many manifests there are.
      let isKustomization = random.below(2) == 0 && !build.kustomizations.isEmpty
      let place = isKustomization ? build.kustomizations[random.below(build.kustomizations.count)] : random.below(files.count)
      if isKustomization, random.below(3) == 0 {
        files[place].bytes = replacing(fields[random.below(fields.count)], in: files[place].bytes)
      } else {
        files[place].bytes = Fuzzing.mutate(files[place].bytes, other[random.below(other.count)].bytes, words: words, &random)
      }
    }
    var bytes: [String: [UInt8]] = [:]
    for file in files { bytes[file.path] = file.bytes }
    var edits = KustomizeEdits()
    if random.below(4) == 0 {
      let text = Fuzzing.mutate(Array(section.utf8), Array(section.utf8), words: words, &random)
      if let value = try? JSONReader.read(random.below(2) == 0 ? Array(section.utf8) : text) { edits = KustomizeEdits(section: value) }
    }
    let helm = random.below(2) == 0 ? KustomizeHelm { _ in ([], []) } : nil
    return !KustomizeBuilder(tree: MemoryFileTree(bytes), provenance: Provenance(), helm: helm)
      .build(directory: build.directory, edits: edits, sink: DiagnosticSink()).failed
  }

  /// Puts a field at the end of a kustomization and takes out what it had under that name: a key twice would be refused before anything else.
  private static func replacing(_ field: String, in bytes: [UInt8]) -> [UInt8] {
    let key = Array(field.utf8.prefix { $0 != UInt8(ascii: ":") }) + [UInt8(ascii: ":")]
    var out: [UInt8] = []
    var isDropped = false
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      if let first = line.first, ![UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "#")].contains(first) { isDropped = line.starts(with: key) }
      if !isDropped { out += line + [UInt8(ascii: "\n")] }
    }
    return out + Array((field + "\n").utf8)
  }

  /// What an Application may change.
  private static let section = """
    {"namePrefix": "p-", "nameSuffix": "-s", "namespace": "prod", "images": ["a=b:c", "*@sha256:0"], "replicas": [{"name": "web", "count": 3}],
    "commonLabels": {"a": "b"}, "forceCommonLabels": true, "labelWithoutSelector": true, "commonAnnotations": {"c": "d"},
    "patches": [{"patch": "[{\\"op\\": \\"remove\\", \\"path\\": \\"/spec\\"}]", "target": {"kind": ".*"}}], "components": ["c"], "ignoreMissingComponents": true}
    """

  /// Whole fields, put at the end of a kustomization.
  private static let fields: [String] = [
    "namePrefix: p-", "nameSuffix: -s", "namespace: prod", "commonLabels: {a: b, 'x': ''}", "commonAnnotations: {a: \"1\"}",
    "labels: [{pairs: {a: b}, includeSelectors: true, fields: [{path: spec/x[]/y, create: true}]}]", "images: [{name: '*', newTag: '1', digest: sha256:0}]",
    "images: [{name: '(a+)+b', newName: x}]", "replicas: [{name: web, count: 9223372036854775807}]", "resources: [., .., ./, a/../.., //x, '']",
    "components: [.., c]", "bases: [../base]", "crds: [crd.json, a.yaml]", "openapi: {path: schema.json}", "buildMetadata: [originAnnotations, transformerAnnotations, managedByLabel]",
    "sortOptions: {order: legacy, legacySortOptions: {orderFirst: [A, B], orderLast: [A]}}", "sortOptions: {order: fifo}",
    "configMapGenerator: [{name: a, literals: ['x=y', '=', 'a=', b], files: [k=kustomization.yaml, .], envs: [kustomization.yaml], behavior: merge}]",
    "secretGenerator: [{name: a, type: Opaque, literals: ['x=\\n\\0'], options: {disableNameSuffixHash: true, immutable: true, labels: {a: b}}}]",
    "generatorOptions: {labels: {a: b}, annotations: {c: d}, disableNameSuffixHash: true}",
    "patches: [{target: {kind: '.*', name: '(', labelSelector: 'a in (b, c), !d'}, patch: '[{op: add, path: /metadata/annotations/a~1b, value: x}]'}]",
    "patches: [{target: {kind: Deployment}, patch: '- {op: remove, path: /spec/template/spec/containers/99999999999999999999}'}]",
    "patches: [{target: {}, patch: '- {op: move, from: /spec, path: /spec/template/spec}'}]",
    "patches: [{target: {kind: .*}, patch: '- {op: copy, from: /, path: /metadata/-}'}]",
    "patches: [{patch: \"apiVersion: apps/v1\\nkind: Deployment\\nmetadata: {name: web}\\n$patch: delete\"}]",
    "patches: [{patch: \"apiVersion: apps/v1\\nkind: Deployment\\nmetadata: {name: web}\\nspec: {template: {spec: {containers: [{$patch: replace}, {name: a, $retainKeys: [b], $setElementOrder/env: [{name: c}], $deleteFromPrimitiveList/args: [d]}]}}}\"}]",
    "patchesStrategicMerge: [a.yaml, \"apiVersion: v1\\nkind: Service\\nmetadata: {name: a}\\nspec: {ports: [{port: 1, $patch: merge}]}\"]",
    "patchesJson6902: [{target: {version: v1, kind: ConfigMap, name: a}, path: a.json}]",
    "replacements: [{source: {kind: '.*', fieldPath: 'metadata.name', options: {delimiter: '', index: -5}}, targets: [{select: {kind: .*}, reject: [{name: a}], fieldPaths: ['spec.template.spec.containers.[name=*].image', 'metadata.labels.[a=b]', '*.*.*', ''], options: {create: true, delimiter: ':', index: 9999999999}}]}]",
    "replacements: [{path: a.yaml}]", "vars: [{name: A, objref: {apiVersion: v1, kind: Service, name: a}, fieldref: {fieldpath: 'spec.ports[0].port'}}]",
    "vars: [{name: A, objref: {kind: Deployment, name: web}}, {name: B, objref: {kind: Deployment, name: $(A)}}]", "configurations: [a.yaml]",
    "transformers: [\"apiVersion: builtin\\nkind: PrefixTransformer\\nmetadata: {name: a}\\nprefix: x\\nfieldSpecs: [{path: metadata/name}]\"]",
    "generators: [\"apiVersion: builtin\\nkind: ConfigMapGenerator\\nmetadata: {name: a}\\nliterals: [a=b]\"]", "validators: [a.yaml]",
    "helmCharts: [{name: a, repo: https://x, version: '1', valuesInline: {a: b}, releaseName: r}]", "helmGlobals: {chartHome: ../charts}",
    "kind: Component", "apiVersion: kustomize.config.k8s.io/v1alpha1", "metadata: {name: a, labels: {b: c}}", "unknown: 1",
  ]

  private static let words: [String] = [
    "$patch: delete\n", "$patch: replace\n", "$patch: merge\n", "$retainKeys:\n- a\n", "$setElementOrder/containers:\n- name: a\n", "$deleteFromPrimitiveList/args: [a]\n", "$(A)", "$(", "$$(A)",
    "null", "~", "[]", "{}", "''", "- ", ": ", "? ", "&a ", "*a", "<<: *a", "<<: [*a, *a]", "!!binary ", "!!int ", "!x ", "|\n", ">-\n", "---\n", "...\n", "#", "\t", "\r\n", "\u{0}", "\u{FEFF}", "\u{85}",
    "0x", "1e999", "-0", ".inf", "0o7", "010", "yes", "1_000", "2001-01-01", "[[[[[[[[", "{a: {a: {a: {a: ", "metadata:\n  name: a\n", "kind: List\nitems:\n- a\n", "items: []\n",
    "apiVersion: v1\n", "kind: ConfigMap\n", "annotations: {config.kubernetes.io/local-config: 'true'}\n", "annotations: {internal.config.kubernetes.io/index: x}\n",
    "annotations: {kustomize.config.k8s.io/behavior: merge, kustomize.config.k8s.io/needs-hash: enabled}\n", "generateName: a-\n",
    "op: test\n", "op: copy\n", "/-", "~2", "/0", "/-1", "fieldPath: a.[b=c].d\n", "behavior: replace\n", "includeSelectors: true\n", "../", "https://", "?ref=", "github.com/a/b", "a=b", "'",
    "\"", "(?i)", "(a*)*b", "[", ".*",
  ]
}
