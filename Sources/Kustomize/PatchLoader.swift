import SourceText
import Values
import YAMLSyntax

/// Reads the patches and replacements that a kustomization names or holds.
struct PatchLoader {
  let context: BuildContext
  let loader: Loader

  private var reader: ManifestReader { ManifestReader(context: context) }

  /// The text of a patch, from its file or from the kustomization.
  private enum Source {
    case inline(Scalar)
    case file(Scalar)
  }

  private func documents(_ source: Source, _ dialect: YAMLDialect = .kustomize) throws(KustomizeError) -> [Value] {
    switch source {
    case .inline(let text): try reader.documents(text, dialect)
    case .file(let path): try reader.documents(try loader.file(path), dialect)
    }
  }

  private func bytes(_ source: Source) throws(KustomizeError) -> [UInt8] {
    switch source {
    case .inline(let text): text.text.bytes
    case .file(let path): try loader.file(path).bytes
    }
  }

  private func resources(_ documents: [Value]) throws(KustomizeError) -> [Resource] {
    var result: [Resource] = []
    for node in try reader.objects(documents) {
      context.markAsPatch(node)
      result.append(Resource(node, context))
    }
    return result
  }

  // MARK: patches

  /// An entry of `patches:` (`PatchTransformer`): which of the two kinds of patches it is shows in what can be read.
  func patch(_ entry: PatchEntry) throws(KustomizeError) -> Transformation {
    let inline = trimmed(entry.patch)
    let source: Source
    switch (inline.isEmpty, entry.path.isEmpty) {
    case (true, true): throw KustomizeError("patch", "a patch needs 'patch' or 'path'", at: entry.origin)
    case (false, false): throw KustomizeError("patch", "a patch cannot have both 'patch' and 'path'", at: entry.origin)
    case (false, true): source = .inline(inline)
    case (true, false): source = .file(entry.path)
    }
    let origin = inline.isEmpty ? entry.path.origin : inline.origin
    let bytes = try bytes(source)
    var merges: [Resource]?
    var mergeError: KustomizeError?
    do { merges = try resources(try documents(source)) } catch { mergeError = error }
    let json = jsonPatch(source, bytes)
    if merges != nil, json != nil {
      throw KustomizeError("patch", "the patch is neither clearly a strategic merge nor a JSON patch", at: origin)
    }
    if let merges {
      for patch in merges {
        if entry.options["allowNameChange"] == true { try patch.enable(BuildAnnotation.allowNameChange) }
        if entry.options["allowKindChange"] == true { try patch.enable(BuildAnnotation.allowKindChange) }
      }
      if merges.isEmpty {
        // What holds nothing counts as a JSON patch without operations.
        return .json(try JSONPatch(.null(), context), target: entry.target, at: origin, remembersName: true)
      }
      return .merge(merges, target: entry.target, at: origin)
    }
    guard let json else {
      throw mergeError?.located(at: origin) ?? KustomizeError("patch", "the patch cannot be read", at: origin)
    }
    return .json(json, target: entry.target, at: origin, remembersName: true)
  }

  /// A JSON patch, if the text is one. What begins with a bracket must be JSON; the rest is read as Kubernetes reads YAML, not as
  /// kyaml does, and only its first document.
  private func jsonPatch(_ source: Source, _ bytes: [UInt8]) -> JSONPatch? {
    guard let first = bytes.first else { return nil }
    if first == UInt8(ascii: "[") {
      guard (try? JSONReader.read(bytes, depthLimit: context.limits.nesting)) != nil else { return nil }
    }
    guard let documents = try? documents(source, .kubernetes) else { return nil }
    return try? JSONPatch(documents.first.map(reader.jsonNode) ?? .null(), context)
  }

  private func trimmed(_ scalar: Scalar) -> Scalar {
    let bytes = scalar.text.bytes
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }
    var start = 0
    var end = bytes.count
    while start < end, isSpace(bytes[start]) { start += 1 }
    while end > start, isSpace(bytes[end - 1]) { end -= 1 }
    return Scalar(text: scalar.text.slice(start..<end), origin: scalar.origin)
  }

  // MARK: patchesStrategicMerge

  /// Each word is a patch itself, or else the path of a file.
  func strategicMerge(paths: [Scalar], inline: Scalar, at origin: Origin) throws(KustomizeError) -> Transformation {
    guard !paths.isEmpty || !inline.isEmpty else {
      throw KustomizeError("patch", "there is neither a path nor a patch", at: origin)
    }
    var result: [Resource] = []
    for path in paths {
      if let patches = inlineResources(path) {
        for patch in patches { context.markAsPatch(patch) }
        result += patches.map { Resource($0, context) }
      } else {
        result += try resources(try reader.documents(try loader.file(path)))
      }
    }
    if !inline.isEmpty { result += try resources(try reader.documents(inline)) }
    guard !result.isEmpty else {
      throw KustomizeError("patch", "the patches are empty", at: paths.first?.origin ?? inline.origin)
    }
    return .strategicMerge(result, at: paths.first?.origin ?? origin)
  }

  /// The objects of a text, if it is YAML with objects and not a path.
  func inlineResources(_ text: Scalar) -> [Node]? {
    guard text.text.bytes.contains(UInt8(ascii: ":")) || text.text.bytes.contains(UInt8(ascii: "\n")) || text.isEmpty else { return nil }
    return try? reader.objects(try reader.documents(text))
  }

  // MARK: patchesJson6902

  func json(_ entry: PatchEntry) throws(KustomizeError) -> Transformation {
    guard let target = entry.target, !target.name.isEmpty else {
      throw KustomizeError("patch", "a JSON patch needs the name of its target", at: entry.target?.name.origin ?? entry.origin)
    }
    switch (entry.patch.isEmpty, entry.path.isEmpty) {
    case (true, true): throw KustomizeError("patch", "a patch needs 'patch' or 'path'", at: entry.origin)
    case (false, false): throw KustomizeError("patch", "a patch cannot have both 'patch' and 'path'", at: entry.origin)
    default: break
    }
    let origin = entry.patch.isEmpty ? entry.path.origin : entry.patch.origin
    let source = entry.patch.isEmpty ? Source.file(entry.path) : .inline(entry.patch)
    let bytes = try bytes(source)
    guard !bytes.isEmpty else { throw KustomizeError("patch", "the patch is empty", at: origin) }
    guard let patch = jsonPatch(source, bytes) else {
      throw KustomizeError("patch", "the patch is no JSON patch", at: origin)
    }
    guard !patch.operations.isEmpty else { throw KustomizeError("patch", "the patch is empty", at: origin) }
    return .json(patch, target: target, at: origin, remembersName: false)
  }

  // MARK: replacements

  /// Replaces entries with a path by what the files hold.
  func replacements(_ entries: [ReplacementEntry]) throws(KustomizeError) -> [ReplacementEntry] {
    var result: [ReplacementEntry] = []
    for entry in entries {
      guard !entry.path.isEmpty else {
        result.append(entry)
        continue
      }
      guard entry.source == nil, entry.targets?.isEmpty ?? true else {
        throw KustomizeError("replacement", "a replacement cannot have a path and be written out", at: entry.origin)
      }
      let lenient = KustomizationReader(isStrict: false)
      let document = try reader.documents(try loader.file(entry.path), .kubernetes).first ?? .null
      switch document.payload {
      case .list(let list):
        for item in list.items { result.append(try lenient.replacement(item)) }
      case .map:
        result.append(try lenient.replacement(document))
      default:
        throw KustomizeError("replacement", "the file holds no replacements", at: entry.path.origin)
      }
    }
    return result
  }
}
