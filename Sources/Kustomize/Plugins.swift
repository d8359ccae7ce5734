import SourceText
import Values
import YAMLSyntax

/// A step that a kustomization takes with its objects.
enum Transformation {
  case strategicMerge([Resource], at: Origin)
  /// A patch of `patches:`; without a target it finds its own.
  case merge([Resource], target: Selector?, at: Origin)
  case json(JSONPatch, target: Selector?, at: Origin, remembersName: Bool)
  case namespace(Scalar, [FieldSpec], unsetOnly: Bool, Transformers.SubjectMode)
  case prefix(Scalar, [FieldSpec])
  case suffix(Scalar, [FieldSpec])
  case entries(ScalarMap, [FieldSpec])
  case replicas(ReplicaEntry, [FieldSpec])
  case image(ImageEntry, [FieldSpec])
  case replacements([ReplacementEntry])
  case valueAdd(ValueAdd)
  case hashes

  func apply(to map: ResourceMap, _ context: BuildContext) throws(KustomizeError) {
    let transformers = Transformers(context: context)
    switch self {
    case .strategicMerge(let patches, let origin):
      for patch in patches {
        guard let target = try map.single(patch.originalID, at: place(patch, origin), context) else { continue }
        try locating(place(patch, origin)) { () throws(KustomizeError) in try map.apply(patch, to: [target]) }
      }
    case .merge(let patches, let selector, let origin):
      guard let selector else {
        for patch in patches {
          guard let target = try map.single(patch.originalID, at: place(patch, origin), context) else { continue }
          try locating(place(patch, origin)) { () throws(KustomizeError) in try target.apply(patch) }
        }
        break
      }
      guard patches.count == 1, let patch = patches.first else {
        throw KustomizeError("patch", "several patches in one entry cannot have a 'target'", at: origin)
      }
      let selected = try map.select(selector, context)
      try locating(place(patch, origin)) { () throws(KustomizeError) in try map.apply(patch, to: selected) }
    case .json(let patch, let selector, let origin, let remembersName):
      guard let selector else { throw KustomizeError("patch", "a JSON patch needs a 'target'", at: origin) }
      for resource in try map.select(selector, context) {
        if remembersName { try resource.storePreviousID() }
        guard let node = resource.node else { continue }
        let notes = resource.annotations.filter { $0.key.hasPrefix(BuildAnnotation.internalPrefix) || BuildAnnotation.all.contains($0.key) }
        resource.node = try locating(origin) { () throws(KustomizeError) in try patch.apply(to: node) }
        try resource.setAnnotations(resource.annotations.merging(notes) { $1 })
      }
    case .namespace(let namespace, let specs, let unsetOnly, let subjects):
      try transformers.setNamespace(namespace, in: map, specs: specs, unsetOnly: unsetOnly, subjects: subjects)
    case .prefix(let prefix, let specs):
      try transformers.affix(prefix, isPrefix: true, in: map, specs: specs)
    case .suffix(let suffix, let specs):
      try transformers.affix(suffix, isPrefix: false, in: map, specs: specs)
    case .entries(let entries, let specs):
      try transformers.setEntries(entries, in: map, specs: specs)
    case .replicas(let replica, let specs):
      try transformers.setReplicas(replica, in: map, specs: specs)
    case .image(let image, let specs):
      try transformers.setImage(image, in: map, specs: specs)
    case .replacements(let list):
      let replacements = Replacements(context: context)
      for replacement in list {
        try locating(replacement.origin) { () throws(KustomizeError) in try replacements.apply(replacement, to: map) }
      }
    case .valueAdd(let value):
      try value.apply(to: map, context)
    case .hashes:
      try transformers.addHashes(to: map)
    }
  }

  private func place(_ patch: Resource, _ origin: Origin) -> Origin {
    let own = patch.nameOrigin
    return own.isKnown ? own : origin
  }
}

/// The built-in `ValueAddTransformer`, which no field of kustomizations leads to.
struct ValueAdd {
  struct Target {
    var selector: Selector?
    var fieldPath = Scalar()
    var position: Int64 = 0
  }

  var value = Scalar()
  var targets: [Target] = []

  func apply(to map: ResourceMap, _ context: BuildContext) throws(KustomizeError) {
    for target in targets {
      let selected = try target.selector.map { (selector) throws(KustomizeError) in try map.select(selector, context) } ?? map.resources
      for resource in selected {
        guard let node = resource.node else { continue }
        if target.fieldPath.string == "metadata/namespace" {
          try Transformers(context: context).setNamespace(value, in: node, specs: [], unsetOnly: false, subjects: .defaultOnly)
          continue
        }
        var field: Node? = node
        let parts = FieldPath.split(target.fieldPath.string, by: UInt8(ascii: "/"))
        for (at, part) in parts.enumerated() {
          field = try field?.fieldOrCreate(part, at == parts.count - 1 ? .scalar : .map, origin: value.origin)
        }
        guard let field else { continue }
        try field.require(.scalar)
        var text = value.text
        if target.position > 0 {
          var words = field.string.split(separator: "/").map(String.init)
          let at = Int(clamping: target.position - 1)
          words.insert(value.string, at: min(at, words.count))
          text = Text((field.string.hasPrefix("/") ? "/" : "") + words.joined(separator: "/"))
        }
        try field.setScalar(.scalar(text, context.transformed(by: value.origin, from: field.origin)))
      }
    }
  }
}

/// Configures the built-in plugins that `transformers:`, `generators:` and `validators:` name.
struct PluginLoader {
  let context: BuildContext
  let loader: Loader
  let patches: PatchLoader

  enum Plugin {
    case transform([Transformation])
    case generate([Resource])
  }

  func plugin(_ resource: Resource) throws(KustomizeError) -> Plugin {
    let gvk = resource.gvk
    guard gvk.group.isEmpty, gvk.version == "builtin" else {
      throw KustomizeError(
        "external-plugin", "external plugins are disabled: '\(gvk.kind)' cannot be run", at: resource.nameOrigin,
        notes: ["only plugins with apiVersion 'builtin' are known"])
    }
    guard let node = resource.node else { return .transform([]) }
    let value = try NodeValues(context: context).value(node)
    return try locating(resource.nameOrigin) { () throws(KustomizeError) in try plugin(gvk.kind, value) }
  }

  private func plugin(_ kind: String, _ value: Value) throws(KustomizeError) -> Plugin {
    let reader = KustomizationReader(isStrict: false)
    var fields = try StructReader(value, what: kind, isLenient: true)
    let metadata = fields.take("metadata") ?? .null
    var meta = try StructReader(metadata, what: "metadata", isLenient: true)
    func specs() throws(KustomizeError) -> [FieldSpec] { try fields.each("fieldSpecs", reader.fieldSpec) }
    switch kind {
    case "AnnotationsTransformer":
      return .transform([.entries(try fields.scalarMap("annotations"), try specs())])
    case "LabelTransformer":
      return .transform([.entries(try fields.scalarMap("labels"), try specs())])
    case "NamespaceTransformer":
      let word = try fields.scalar("setRoleBindingSubjects")
      guard let mode = word.isEmpty ? .defaultOnly : Transformers.SubjectMode(rawValue: word.string) else {
        throw KustomizeError(
          "plugin", "'setRoleBindingSubjects' must be 'defaultOnly', 'none' or 'allServiceAccounts'", at: word.origin)
      }
      return .transform([.namespace(try meta.scalar("namespace"), try specs(), unsetOnly: try fields.flag("unsetOnly"), mode)])
    case "PrefixTransformer", "SuffixTransformer", "PrefixSuffixTransformer":
      guard fields.take("fieldSpecs") != nil else { throw KustomizeError("plugin", "'fieldSpecs' is missing", at: value.origin) }
      var steps: [Transformation] = []
      let list = try specs()
      if kind != "SuffixTransformer" { steps.append(.prefix(try fields.scalar("prefix"), list)) }
      if kind != "PrefixTransformer" { steps.append(.suffix(try fields.scalar("suffix"), list)) }
      return .transform(steps)
    case "ImageTagTransformer":
      return .transform([.image(try fields.take("imageTag").map(reader.image) ?? ImageEntry(), try specs())])
    case "ReplicaCountTransformer":
      return .transform([.replicas(try fields.take("replica").map(reader.replica) ?? ReplicaEntry(), try specs())])
    case "PatchTransformer":
      return .transform([try patches.patch(try reader.patch(value))])
    case "PatchJson6902Transformer":
      var entry = try reader.patch(value)
      entry.patch = try fields.scalar("jsonOp")
      return .transform([try patches.json(entry)])
    case "PatchStrategicMergeTransformer":
      let paths = try fields.scalars("paths")
      return .transform([try patches.strategicMerge(paths: paths, inline: try fields.scalar("patches"), at: value.origin)])
    case "ReplacementTransformer":
      return .transform([.replacements(try patches.replacements(try fields.each("replacements", reader.replacement)))])
    case "ValueAddTransformer":
      return .transform([.valueAdd(try valueAdd(&fields, reader))])
    case "HashTransformer":
      return .transform([.hashes])
    case "ConfigMapGenerator", "SecretGenerator":
      let isSecret = kind == "SecretGenerator"
      var entry = try reader.generator(&fields, isSecret: isSecret)
      if entry.name.isEmpty { entry.name = try meta.scalar("name") }
      if entry.namespace.isEmpty { entry.namespace = try meta.scalar("namespace") }
      return .generate([try Generator(context: context, loader: loader).resource(entry, isSecret: isSecret)])
    case "IAMPolicyGenerator":
      return .generate([try policy(&fields)])
    case "HelmChartInflationGenerator":
      throw KustomizeError("helm-charts-disabled", "Helm charts are not inflated: kubectl would want --enable-helm", at: value.origin)
    default:
      throw KustomizeError("plugin", "there is no built-in plugin '\(kind)'", at: value.origin)
    }
  }

  private func valueAdd(_ fields: inout StructReader, _ reader: KustomizationReader) throws(KustomizeError) -> ValueAdd {
    var result = ValueAdd(value: try fields.scalar("value"))
    if result.value.string.trimmingSpaces.isEmpty {
      result.value.text = Text(loader.root.split(separator: "/").last.map(String.init) ?? ".")
    } else {
      result.value.text = Text(result.value.string.trimmingSpaces)
    }
    func target(_ value: Value) throws(KustomizeError) -> ValueAdd.Target {
      var fields = try StructReader(value, what: "a target", isLenient: true)
      return ValueAdd.Target(
        selector: try fields.take("selector").map(reader.selector), fieldPath: try fields.scalar("fieldPath"),
        position: try fields.integer("filePathPosition"))
    }
    let origin = fields.origin
    result.targets = try fields.each("targets", target)
    let path = try fields.scalar("targetFilePath")
    if !path.isEmpty {
      for document in try ManifestReader(context: context).documents(try loader.file(path), .kubernetes).prefix(1) {
        var inner = try StructReader(document, what: "the targets", isLenient: true)
        result.targets += try inner.each("targets", target)
      }
    }
    guard !result.targets.isEmpty else { throw KustomizeError("plugin", "at least one target is needed", at: origin) }
    for target in result.targets where target.fieldPath.isEmpty || target.position < 0 {
      throw KustomizeError("plugin", "'fieldPath' must not be empty, 'filePathPosition' not negative", at: origin)
    }
    return result
  }

  private func policy(_ fields: inout StructReader) throws(KustomizeError) -> Resource {
    let cloud = try fields.scalar("cloud")
    guard cloud.string == "gke" else {
      throw KustomizeError("plugin", "the cloud provider '\(cloud.string)' is not supported", at: cloud.origin)
    }
    var service = try StructReader(fields.take("kubernetesService") ?? .null, what: "kubernetesService", isLenient: true)
    var account = try StructReader(fields.take("serviceAccount") ?? .null, what: "serviceAccount", isLenient: true)
    let node = Node.map()
    node.origin = fields.origin
    let metadata = Node.map()
    let annotations = Node.map()
    let name = try account.scalar("name")
    let project = try account.scalar("projectId")
    try node.set("apiVersion", .scalar("v1", fields.origin))
    try node.set("kind", .scalar("ServiceAccount", fields.origin))
    try node.set("metadata", metadata)
    try metadata.set("annotations", annotations)
    try annotations.set(
      "iam.gke.io/gcp-service-account", .scalar(Text("\(name.string)@\(project.string).iam.gserviceaccount.com"), name.origin))
    let serviceName = try service.scalar("name")
    try metadata.set("name", .scalar(serviceName.text, serviceName.origin))
    let namespace = try service.scalar("namespace")
    if !namespace.isEmpty { try metadata.set("namespace", .scalar(namespace.text, namespace.origin)) }
    return Resource(node, context)
  }
}
