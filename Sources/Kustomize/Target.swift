import FileTree
import SourceText
import Values
import YAMLSyntax

/// One kustomization and what it makes (`api/internal/target/kusttarget.go`).
struct Target {
  let context: BuildContext
  let loader: Loader
  var kustomization: Kustomization
  let fileName: String
  /// The beginning of the kustomization file, for what has no better place.
  let file: Origin
  /// Set only where the build is to say where objects come from.
  var objectOrigin: ObjectOrigin?
  let helm: KustomizeHelm?

  private var reader: ManifestReader { ManifestReader(context: context) }

  static let fileNames = ["kustomization.yaml", "kustomization.yml", "Kustomization"]

  /// - Parameter place: the field that names the directory.
  init(context: BuildContext, loader: Loader, helm: KustomizeHelm?, at place: Origin) throws(KustomizeError) {
    self.context = context
    self.loader = loader
    self.helm = helm
    let files = Self.fileNames.filter { loader.files.tree.kind(loader.root.isEmpty ? $0 : loader.root + "/" + $0) == .file }
    let shown = loader.root.isEmpty ? "." : loader.root
    guard let name = files.first else {
      throw KustomizeError(
        "no-kustomization", "there is no 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in '\(shown)'", at: place)
    }
    let source = try loader.file(Scalar(text: Text(name), origin: place))
    file = loader.origin(of: source, 0..<0)
    guard files.count == 1 else {
      throw KustomizeError(
        "several-kustomizations", "there are several kustomization files in '\(shown)': \(files.joined(separator: ", "))", at: file)
    }
    fileName = name
    let document = try ManifestReader(context: context).documents(source, .kubernetes).first ?? .null
    let decoder = KustomizationReader()
    let start = file
    kustomization = try locating(start) { () throws(KustomizeError) in try decoder.kustomization(document, file: start) }
  }

  // MARK: Accumulating

  /// Reads resources, runs generators, components, transformers and validators.
  /// - Parameter ra: the parent's for a component, else a new one.
  func accumulate(into ra: Accumulator) throws(KustomizeError) -> Accumulator {
    var ra = ra
    for path in kustomization.resources {
      do {
        ra = try accumulate(path, into: ra)
      } catch {
        // What a network would give is unknown; the rest is built all the same.
        guard error.code == "kustomize/remote-base", error.origin == path.origin else { throw error }
        context.unknownBases.append(error)
      }
    }
    try ra.config.merge(try transformerConfig())
    for path in kustomization.crds {
      let content = try reader.documents(try loader.file(path), .kubernetes).first ?? .null
      try ra.config.merge(try CRDConfig.config(content, context))
    }
    try runGenerators(ra)
    for path in kustomization.components {
      ra = try accumulateDirectory(try loader.directory(path), path, isComponent: true, into: ra)
    }
    for step in try transformations(ra.config) { try run(step, on: ra.map) }
    try runValidators(ra)
    try ra.merge(vars: kustomization.vars, scopes: context.schema.scopes)
    return ra
  }

  private func run(_ step: Step, on map: ResourceMap) throws(KustomizeError) {
    map.forgetIDs()
    try step.transformation.apply(to: map, context)
    try step.origin?.annotateTransformation(map.resources)
    map.dropEmpty()
  }

  private func accumulate(_ path: Scalar, into ra: Accumulator) throws(KustomizeError) -> Accumulator {
    let resolved = path.isEmpty ? nil : TreePath.resolve(path.string, from: loader.root)
    let kind = resolved.flatMap { loader.files.tree.kind($0) }
    let isRemote = RemoteBase.isRemote(path.string) || Loader.isURL(path.string)
    if kind == .directory || (isRemote && kind != .file) {
      return try accumulateDirectory(try loader.directory(path), path, isComponent: false, into: ra)
    }
    let resources = try reader.objects(try reader.documents(try loader.file(path))).map { Resource($0, context) }
    // A file may not hold two objects of one id either.
    try ResourceMap().append(resources)
    if let objectOrigin {
      for resource in resources { try objectOrigin.appending(path.string).annotate(resource) }
    }
    try ra.map.append(resources)
    return ra
  }

  private func accumulateDirectory(
    _ loader: Loader, _ path: Scalar, isComponent: Bool, into ra: Accumulator
  ) throws(KustomizeError) -> Accumulator {
    var target = try Target(context: context, loader: loader, helm: helm, at: path.origin)
    target.kustomization.buildMetadata = kustomization.buildMetadata
    target.objectOrigin = objectOrigin?.appending(path.string)
    try target.useOpenAPI(isRoot: false)
    guard isComponent == target.kustomization.isComponent else {
      throw KustomizeError(
        "component",
        isComponent
          ? "'\(path.string)' is no component: its 'kind' must be Component"
          : "'\(path.string)' is a component: list it under 'components'",
        at: path.origin)
    }
    if isComponent { return try target.accumulate(into: ra) }
    try ra.merge(try target.accumulate(into: Accumulator()))
    return ra
  }

  /// Takes the custom schema of `openapi:`; the first one of a build counts, the root's before all.
  func useOpenAPI(isRoot: Bool) throws(KustomizeError) {
    let path = kustomization.openAPI.first { $0.key.string == "path" }?.value
    let version = kustomization.openAPI.first { $0.key.string == "version" }?.value
    var document: Value?
    if let path { document = try reader.documents(try loader.file(path), .kubernetes).first ?? .null }
    if context.schema.isSet, !isRoot { return }
    if let document {
      if let version {
        throw KustomizeError("openapi", "'openapi' cannot have both a path and a version", at: version.origin)
      }
      context.schema.use(document)
      return
    }
    guard let version, !version.isEmpty else { return }
    guard version.string == "v1.21.2" else {
      throw KustomizeError("openapi", "the OpenAPI version '\(version.string)' is not built in", at: version.origin)
    }
    context.schema.isSet = true
  }

  private func transformerConfig() throws(KustomizeError) -> TransformerConfig {
    var config = TransformerConfig.builtin
    for path in kustomization.configurations {
      let document = try reader.documents(try loader.file(path), .kubernetes).first ?? .null
      try config.merge(try TransformerConfig(document))
    }
    return config
  }

  // MARK: Generators

  private func runGenerators(_ ra: Accumulator) throws(KustomizeError) {
    let generator = Generator(context: context, loader: loader)
    var made: [(resources: [Resource], origin: ObjectOrigin?, place: Origin)] = []
    for (list, isSecret) in [(kustomization.configMapGenerator, false), (kustomization.secretGenerator, true)] {
      for entry in list {
        var entry = entry
        entry.merge(kustomization.generatorOptions)
        let resource = try locating(entry.origin) { () throws(KustomizeError) in try generator.resource(entry, isSecret: isSecret) }
        let origin = objectOrigin?.builtin(isSecret ? "SecretGenerator" : "ConfigMapGenerator", file: fileName)
        made.append(([resource], origin, entry.name.origin.isKnown ? entry.name.origin : entry.origin))
      }
    }
    for chart in kustomization.helmCharts { made.append((try inflate(chart), nil, chart.origin)) }
    for resource in try plugins(kustomization.generators) {
      guard case .generate(let resources) = try pluginLoader.plugin(resource) else {
        throw KustomizeError("plugin", "\(resource.kind) is no generator", at: resource.nameOrigin)
      }
      made.append((resources, ObjectOrigin.plugin(resource), resource.nameOrigin))
    }
    for (resources, origin, place) in made {
      if let origin {
        for resource in resources where resource.annotations[BuildAnnotation.origin] == nil { try origin.annotate(resource) }
      }
      try ra.map.absorb(resources, at: place)
    }
  }

  private func inflate(_ chart: Value) throws(KustomizeError) -> [Resource] {
    guard let helm else {
      throw KustomizeError(
        "helm-charts-disabled", "Helm charts of a kustomization are not rendered: kubectl would want --enable-helm", at: chart.origin)
    }
    let request = KustomizeHelmRequest(chart: chart, globals: kustomization.helmGlobals, directory: loader.root)
    let (objects, diagnostics) = helm.inflate(request)
    let errors = diagnostics.filter { $0.severity == .error }
    if let missing = errors.first(where: { $0.code == KustomizeHelm.missingChart }) {
      // As a base that comes from a network: the rest is built, and what finds no object proves nothing.
      context.unknownBases.append(KustomizeError("remote-chart", missing.message, at: chart["name"]?.origin ?? chart.origin))
    } else if !errors.isEmpty {
      throw KustomizeError(reported: errors)
    }
    return try reader.objects(objects).map { Resource($0, context) }
  }

  // MARK: Plugins

  private var patchLoader: PatchLoader { PatchLoader(context: context, loader: loader) }
  private var pluginLoader: PluginLoader { PluginLoader(context: context, loader: loader, patches: patchLoader) }

  /// The objects that configure plugins: written out in the kustomization, or in files and directories.
  private func plugins(_ words: [Scalar]) throws(KustomizeError) -> [Resource] {
    var ra = Accumulator()
    var paths: [Scalar] = []
    for word in words {
      guard let inline = patchLoader.inlineResources(word) else {
        paths.append(word)
        continue
      }
      let resources = inline.map { Resource($0, context) }
      if let objectOrigin {
        for resource in resources { try objectOrigin.appending(fileName).annotate(resource) }
      }
      try ra.map.append(resources)
    }
    for path in paths { ra = try accumulate(path, into: ra) }
    return ra.map.resources
  }

  // MARK: Transformers

  struct Step {
    var transformation: Transformation
    var origin: ObjectOrigin?
  }

  /// All steps in kustomize's order, with their files read.
  private func transformations(_ config: TransformerConfig) throws(KustomizeError) -> [Step] {
    var steps: [Step] = []
    func add(_ kind: String, _ transformation: Transformation) {
      steps.append(Step(transformation: transformation, origin: objectOrigin?.builtin(kind, file: fileName)))
    }
    let k = kustomization
    if !k.patchesStrategicMerge.isEmpty {
      add(
        "PatchStrategicMergeTransformer",
        try patchLoader.strategicMerge(paths: k.patchesStrategicMerge, inline: Scalar(), at: file))
    }
    for patch in k.patches { add("PatchTransformer", try patchLoader.patch(patch)) }
    if !k.namespace.isEmpty {
      add("NamespaceTransformer", .namespace(k.namespace, config.namespace, unsetOnly: false, .defaultOnly))
    }
    if !k.namePrefix.isEmpty { add("PrefixTransformer", .prefix(k.namePrefix, config.namePrefix)) }
    if !k.nameSuffix.isEmpty { add("SuffixTransformer", .suffix(k.nameSuffix, config.nameSuffix)) }
    if !k.labels.isEmpty || !k.commonLabels.isEmpty {
      for label in k.labels {
        var specs = label.fields
        try locating(label.pairs.first?.key.origin ?? file) { () throws(KustomizeError) in
          try specs.merge(config.labels)
          if label.includeSelectors {
            try specs.merge(config.commonLabels)
          } else {
            if label.includeTemplates { try specs.merge(config.templateLabels) }
            try specs.merge(FieldSpec("metadata/labels", create: true))
          }
        }
        add("LabelTransformer", .entries(label.pairs, specs))
      }
      add("LabelTransformer", .entries(k.commonLabels, config.commonLabels))
    }
    if !k.commonAnnotations.isEmpty {
      add("AnnotationsTransformer", .entries(k.commonAnnotations, config.commonAnnotations))
    }
    for patch in k.patchesJSON6902 { add("PatchJson6902Transformer", try patchLoader.json(patch)) }
    for replica in k.replicas { add("ReplicaCountTransformer", .replicas(replica, config.replicas)) }
    for image in k.images { add("ImageTagTransformer", .image(image, config.images)) }
    if !k.replacements.isEmpty {
      add("ReplacementTransformer", .replacements(try patchLoader.replacements(k.replacements)))
    }
    return steps + (try self.steps(of: k.transformers))
  }

  private func steps(of words: [Scalar]) throws(KustomizeError) -> [Step] {
    var steps: [Step] = []
    for resource in try plugins(words) {
      guard case .transform(let list) = try pluginLoader.plugin(resource) else {
        throw KustomizeError("plugin", "\(resource.kind) is no transformer", at: resource.nameOrigin)
      }
      for (at, transformation) in list.enumerated() {
        steps.append(Step(transformation: transformation, origin: at == list.count - 1 ? ObjectOrigin.plugin(resource) : nil))
      }
    }
    return steps
  }

  /// Validators are transformers that must change nothing.
  private func runValidators(_ ra: Accumulator) throws(KustomizeError) {
    guard !kustomization.validators.isEmpty else { return }
    let values = NodeValues(context: context)
    for step in try steps(of: kustomization.validators) {
      var before: [Value] = []
      for resource in ra.map.resources { if let node = resource.node { before.append(try values.value(node)) } }
      try step.transformation.apply(to: ra.map, context)
      var after: [Value] = []
      for resource in ra.map.resources { if let node = resource.node { after.append(try values.value(node)) } }
      guard before == after else {
        throw KustomizeError("validator", "a validator changes the objects", at: kustomization.validators.first?.origin ?? file)
      }
    }
  }
}
