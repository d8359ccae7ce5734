import SourceText
import Values

/// Decodes kustomization files and the parts of them that configurations of built-in plugins share.
struct KustomizationReader {
  /// Strict for the kustomization file, lenient for configurations of plugins.
  var isStrict = true

  private func reader(_ value: Value, _ what: String) throws(KustomizeError) -> StructReader {
    try StructReader(value, what: what, isLenient: !isStrict)
  }

  private func finish(_ reader: StructReader) throws(KustomizeError) { if isStrict { try reader.finish() } }

  /// `Kustomization.Unmarshal`, `FixKustomization`, `CheckEmpty` and `EnforceFields`.
  /// - Parameter file: for errors without a better place.
  func kustomization(_ value: Value, file: Origin) throws(KustomizeError) -> Kustomization {
    var fields = try reader(value, "the kustomization")
    var result = Kustomization()
    result.kind = try fields.scalar("kind")
    result.apiVersion = try fields.scalar("apiVersion")
    if let metadata = fields.take("metadata") {
      var inner = try reader(metadata, "metadata")
      _ = try inner.scalar("name")
      _ = try inner.scalar("namespace")
      _ = try inner.scalarMap("labels")
      _ = try inner.scalarMap("annotations")
      try finish(inner)
    }
    result.openAPI = try fields.scalarMap("openapi")
    result.namePrefix = try fields.scalar("namePrefix")
    result.nameSuffix = try fields.scalar("nameSuffix")
    result.namespace = try fields.scalar("namespace")
    result.commonLabels = try fields.scalarMap("commonLabels")
    result.labels = try fields.each("labels", label)
    result.commonAnnotations = try fields.scalarMap("commonAnnotations")
    result.patchesStrategicMerge = try fields.scalars("patchesStrategicMerge")
    result.patchesJSON6902 = try fields.each("patchesJson6902", patch)
    result.patches = try fields.each("patches", patch)
    result.images = try fields.each("images", image)
    result.images += try fields.each("imageTags", image)
    result.replacements = try fields.each("replacements", replacement)
    result.replicas = try fields.each("replicas", replica)
    result.vars = try fields.each("vars", variable)
    if let options = fields.take("sortOptions") { result.sortOptions = try sortOptions(options) }
    result.resources = try fields.scalars("resources")
    result.resources += try fields.scalars("bases")
    result.components = try fields.scalars("components")
    result.crds = try fields.scalars("crds")
    result.configMapGenerator = try fields.each("configMapGenerator") { value throws(KustomizeError) in
      try generator(value, isSecret: false)
    }
    result.secretGenerator = try fields.each("secretGenerator") { value throws(KustomizeError) in
      try generator(value, isSecret: true)
    }
    result.helmGlobals = fields.take("helmGlobals")
    result.helmCharts = try fields.list("helmCharts") ?? []
    result.helmCharts += try fields.list("helmChartInflationGenerator") ?? []
    if let options = fields.take("generatorOptions") { result.generatorOptions = try generatorOptions(options) }
    result.configurations = try fields.scalars("configurations")
    result.generators = try fields.scalars("generators")
    result.transformers = try fields.scalars("transformers")
    result.validators = try fields.scalars("validators")
    result.buildMetadata = try fields.scalars("buildMetadata")
    try finish(fields)
    try check(&result, value, file: file)
    return result
  }

  private func check(_ result: inout Kustomization, _ value: Value, file: Origin) throws(KustomizeError) {
    let isEmpty = value.map?.entries.allSatisfy { entry in
      let name = entry.key.string.lowercased()
      return name == "kind" || name == "apiversion" || entry.value.isNull || entry.value.text?.bytes.isEmpty == true
    } ?? true
    if isEmpty { throw KustomizeError("empty", "the kustomization is empty", at: file) }
    if result.kind.isEmpty { result.kind.text = "Kustomization" }
    let kind = result.kind.string
    guard kind == "Kustomization" || kind == "Component" else {
      throw KustomizeError("kind", "kind should be Kustomization or Component", at: result.kind.origin)
    }
    let wanted = kind == "Component" ? "kustomize.config.k8s.io/v1alpha1" : "kustomize.config.k8s.io/v1beta1"
    guard result.apiVersion.isEmpty || result.apiVersion.string == wanted else {
      throw KustomizeError("api-version", "apiVersion for \(kind) should be \(wanted)", at: result.apiVersion.origin)
    }
  }

  func label(_ value: Value) throws(KustomizeError) -> LabelEntry {
    var fields = try reader(value, "labels")
    let entry = LabelEntry(
      pairs: try fields.scalarMap("pairs"), includeSelectors: try fields.flag("includeSelectors"),
      includeTemplates: try fields.flag("includeTemplates"), fields: try fields.each("fields", fieldSpec))
    try finish(fields)
    return entry
  }

  func fieldSpec(_ value: Value) throws(KustomizeError) -> FieldSpec {
    var fields = try reader(value, "a field spec")
    var spec = FieldSpec(try fields.scalar("path").string, origin: value.origin)
    spec.gvk = GroupVersionKind(
      group: try fields.scalar("group").string, version: try fields.scalar("version").string, kind: try fields.scalar("kind").string)
    spec.create = try fields.flag("create")
    try finish(fields)
    return spec
  }

  func patch(_ value: Value) throws(KustomizeError) -> PatchEntry {
    var fields = try reader(value, "a patch")
    var entry = PatchEntry(path: try fields.scalar("path"), patch: try fields.scalar("patch"), origin: value.origin)
    if let target = fields.take("target") { entry.target = try selector(target) }
    if let options = fields.take("options") {
      guard let map = options.map else { throw KustomizeError("wrong-type", "'options' of a patch must be a mapping", at: options.origin) }
      for option in map.entries {
        guard let flag = option.value.bool else {
          throw KustomizeError("wrong-type", "'\(option.key.string)' must be true or false", at: option.value.origin)
        }
        entry.options[option.key.string] = flag
      }
    }
    try finish(fields)
    return entry
  }

  func selector(_ value: Value) throws(KustomizeError) -> Selector {
    var fields = try reader(value, "a target")
    let selector = try selector(&fields)
    try finish(fields)
    return selector
  }

  private func selector(_ fields: inout StructReader) throws(KustomizeError) -> Selector {
    var selector = Selector()
    selector.group = try fields.scalar("group")
    selector.version = try fields.scalar("version")
    selector.kind = try fields.scalar("kind")
    selector.name = try fields.scalar("name")
    selector.namespace = try fields.scalar("namespace")
    selector.annotationSelector = try fields.scalar("annotationSelector")
    selector.labelSelector = try fields.scalar("labelSelector")
    return selector
  }

  func image(_ value: Value) throws(KustomizeError) -> ImageEntry {
    var fields = try reader(value, "images")
    let entry = ImageEntry(
      name: try fields.scalar("name"), newName: try fields.scalar("newName"), tagSuffix: try fields.scalar("tagSuffix"),
      newTag: try fields.scalar("newTag"), digest: try fields.scalar("digest"))
    try finish(fields)
    return entry
  }

  func replica(_ value: Value) throws(KustomizeError) -> ReplicaEntry {
    var fields = try reader(value, "replicas")
    let origin = fields.take("count")?.origin ?? value.origin
    let entry = ReplicaEntry(name: try fields.scalar("name"), count: try fields.integer("count"), origin: origin)
    try finish(fields)
    return entry
  }

  func variable(_ value: Value) throws(KustomizeError) -> VarEntry {
    var fields = try reader(value, "vars")
    var entry = VarEntry(name: try fields.scalar("name"))
    if let target = fields.take("objref") {
      var inner = try reader(target, "objref")
      let apiVersion = try inner.scalar("apiVersion").string
      var gvk = GroupVersionKind(
        group: try inner.scalar("group").string, version: try inner.scalar("version").string, kind: try inner.scalar("kind").string)
      let parts = apiVersion.split(separator: "/", omittingEmptySubsequences: false)
      if parts.count == 2 { (gvk.group, gvk.version) = (String(parts[0]), String(parts[1])) }
      if parts.count == 1, !apiVersion.isEmpty { gvk.version = apiVersion }
      entry.id = ResourceID(gvk: gvk, name: try inner.scalar("name").string, namespace: try inner.scalar("namespace").string)
      try finish(inner)
    }
    if let reference = fields.take("fieldref") {
      var inner = try reader(reference, "fieldref")
      entry.fieldPath = try inner.scalar("fieldPath")
      try finish(inner)
    }
    if entry.fieldPath.isEmpty { entry.fieldPath.text = "metadata.name" }
    try finish(fields)
    return entry
  }

  func sortOptions(_ value: Value) throws(KustomizeError) -> SortOptions {
    var fields = try reader(value, "sortOptions")
    var options = SortOptions(order: try fields.scalar("order"), origin: value.origin)
    if let legacy = fields.take("legacySortOptions") {
      var inner = try reader(legacy, "legacySortOptions")
      options.legacy = (try inner.scalars("orderFirst"), try inner.scalars("orderLast"))
      try finish(inner)
    }
    try finish(fields)
    return options
  }

  func generatorOptions(_ value: Value) throws(KustomizeError) -> GeneratorOptions {
    var fields = try reader(value, "generatorOptions")
    let options = GeneratorOptions(
      labels: try fields.scalarMap("labels"), annotations: try fields.scalarMap("annotations"),
      disableNameSuffixHash: try fields.flag("disableNameSuffixHash"), immutable: try fields.flag("immutable"), origin: value.origin)
    try finish(fields)
    return options
  }

  func generator(_ value: Value, isSecret: Bool) throws(KustomizeError) -> GeneratorEntry {
    var fields = try reader(value, isSecret ? "secretGenerator" : "configMapGenerator")
    var entry = try generator(&fields, isSecret: isSecret)
    entry.origin = value.origin
    try finish(fields)
    return entry
  }

  func generator(_ fields: inout StructReader, isSecret: Bool) throws(KustomizeError) -> GeneratorEntry {
    var entry = GeneratorEntry()
    entry.origin = fields.origin
    entry.name = try fields.scalar("name")
    entry.namespace = try fields.scalar("namespace")
    entry.behavior = try fields.scalar("behavior")
    entry.literals = try fields.scalars("literals")
    entry.files = try fields.scalars("files")
    entry.envs = try fields.scalars("envs")
    let env = try fields.scalar("env")
    if !env.isEmpty { entry.envs.append(env) }
    if let options = fields.take("options") { entry.options = try generatorOptions(options) }
    if isSecret { entry.type = try fields.scalar("type") }
    return entry
  }

  func replacement(_ value: Value) throws(KustomizeError) -> ReplacementEntry {
    var fields = try reader(value, "replacements")
    var entry = ReplacementEntry(path: try fields.scalar("path"), origin: value.origin)
    if let source = fields.take("source") {
      var inner = try reader(source, "a replacement's source")
      var id = Selector()
      id.group = try inner.scalar("group")
      id.version = try inner.scalar("version")
      id.kind = try inner.scalar("kind")
      id.name = try inner.scalar("name")
      id.namespace = try inner.scalar("namespace")
      var result = ReplacementEntry.Source(id: id, fieldPath: try inner.scalar("fieldPath"), origin: source.origin)
      if let options = inner.take("options") { result.options = try fieldOptions(options) }
      try finish(inner)
      entry.source = result
    }
    if try fields.list("targets") != nil { entry.targets = try fields.each("targets", target) }
    try finish(fields)
    return entry
  }

  private func target(_ value: Value) throws(KustomizeError) -> ReplacementEntry.Target {
    var fields = try reader(value, "a replacement's target")
    var target = ReplacementEntry.Target(origin: value.origin)
    if let select = fields.take("select") { target.select = try selector(select) }
    target.reject = try fields.each("reject", selector)
    target.fieldPaths = try fields.scalars("fieldPaths")
    if let options = fields.take("options") { target.options = try fieldOptions(options) }
    try finish(fields)
    return target
  }

  private func fieldOptions(_ value: Value) throws(KustomizeError) -> FieldOptions {
    var fields = try reader(value, "options")
    let options = FieldOptions(
      delimiter: try fields.scalar("delimiter"), index: try fields.integer("index"), create: try fields.flag("create"))
    _ = try fields.scalar("encoding")
    try finish(fields)
    return options
  }
}
