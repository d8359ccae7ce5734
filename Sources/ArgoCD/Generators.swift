import SourceText
import Values
import YAMLSyntax

/// The generators of an ApplicationSet: entries of `generators` → sets of parameters.
///
/// Source: applicationset/generators (`generator_spec_processor.go` `Transform`, `list.go`, `cluster.go`, `matrix.go`, `merge.go`).
struct Generators {
  /// What one generator of an entry gives.
  struct Part {
    var parameters: [ParameterSet]
    /// The set's template with the generator's own one merged in.
    var template: Value
  }

  let files: any RepositoryFiles
  let repository: OwnRepository
  let clusterSecrets: [Value]
  let renderer: TemplateRenderer
  let sink: DiagnosticSink

  /// In the order of the fields of `ApplicationSetGenerator`, which is the order of evaluation.
  private static let kinds = [
    "list", "clusters", "git", "scmProvider", "clusterDecisionResource", "pullRequest", "matrix", "merge", "plugin",
  ]

  var isGo: Bool { renderer.isGoTemplate }

  /// All generators of one entry.
  /// - Parameter given: parameters of the first child of a matrix, with which the entry itself is filled.
  func transform(_ entry: Value, base: Value, given: ParameterSet?, depth: Int) throws(ExpansionError) -> [Part] {
    guard let map = entry.map else { throw ExpansionError("a generator is no map", span: files.place(entry)) }
    var selector: GeneratorSelector?
    if let given = map["selector"], !given.isNull { selector = try GeneratorSelector(given, place: files.place) }
    for key in map.keys where key.string != "selector" && !Self.kinds.contains(key.string) {
      let near = nearestName(to: key.string, in: Self.kinds).map { ", did you mean '\($0)'?" } ?? ""
      throw ExpansionError("unrecognized generator '\(key.string)'\(near)", span: place(ofKey: key.string, in: entry))
    }
    var filled = entry
    if let given, !given.isEmpty { filled = try fillGenerator(entry, given) }
    var parts: [Part] = []
    for kind in Self.kinds {
      guard let original = map[kind], !original.isNull else { continue }
      let template = ParameterMerge.templates(original["template"] ?? .null, base)
      var sets = try parameters(kind, filled[kind] ?? original, depth: depth)
      if let selector {
        sets = sets.filter { set in selector.matches(set) != .no }
      }
      if sets.count > ApplicationSetExpander.elementLimit {
        sink.warning(
          "applicationset/too-many-elements", "a generator gives \(sets.count) elements; only the first \(ApplicationSetExpander.elementLimit) are seen",
          at: files.place(original))
        sets.removeLast(sets.count - ApplicationSetExpander.elementLimit)
      }
      parts.append(Part(parameters: sets, template: template))
    }
    if parts.isEmpty { throw ExpansionError("an entry of 'generators' names no generator", span: files.place(entry)) }
    return parts
  }

  private func place(ofKey key: String, in value: Value) -> SourceSpan? {
    value.map?.entry(key).flatMap { files.origins.editPlace($0.keyOrigin) } ?? files.place(value)
  }

  /// The second child of a matrix filled with the parameters of the first. Its `values` may refer to parameters of its own, which come
  /// later: what cannot be filled yet stays (utils.go `RenderGeneratorParams`).
  private func fillGenerator(_ entry: Value, _ given: ParameterSet) throws(ExpansionError) -> Value {
    var quiet = renderer
    quiet.reportsUnresolved = false
    guard isGo, let map = entry.map else { return try quiet.fill(entry, given) }
    let result = ValueMap()
    for part in map.entries {
      guard let values = part.value["values"]?.map, let inner = part.value.map else {
        result.set(part.key, try quiet.fill(part.value, given), keyOrigin: part.keyOrigin)
        continue
      }
      let rest = inner.copy()
      rest.remove("values")
      let strict = quiet.with(missingKey: "error")
      let filledValues = ValueMap()
      for item in values.entries {
        let value = (try? strict.fillString(item.value, given)) ?? item.value
        filledValues.set(item.key, value, keyOrigin: item.keyOrigin)
      }
      let filled = try quiet.fill(.map(rest, part.value.origin), given)
      filled.map?.set("values", .map(filledValues, part.value["values"]?.origin ?? .none))
      result.set(part.key, filled, keyOrigin: part.keyOrigin)
    }
    return .map(result, entry.origin)
  }

  private func parameters(_ kind: String, _ value: Value, depth: Int) throws(ExpansionError) -> [ParameterSet] {
    switch kind {
    case "list": try list(value)
    case "git": try git(value)
    case "clusters": try clusters(value)
    case "matrix": try matrix(value, depth: depth)
    case "merge": try merge(value, depth: depth)
    case "scmProvider": [try open(value, "repositories of a hosting service")]
    case "pullRequest": [try open(value, "pull requests")]
    case "clusterDecisionResource": [try open(value, "decisions about clusters")]
    default: [try open(value, "answers of a generator plugin")]
    }
  }

  // MARK: list

  private func list(_ value: Value) throws(ExpansionError) -> [ParameterSet] {
    var result: [ParameterSet] = []
    for element in value["elements"]?.list ?? [] {
      guard let map = element.map else { throw ExpansionError("a list element is no map", span: files.place(element)) }
      result.append(ParameterSet(isGo ? ParameterSet.asJSON(map) : try flatElement(map)))
    }
    guard let more = value["elementsYaml"], !more.isNull else { return result }
    if case .unknown(let why) = more.payload { return result + [ParameterSet(ValueMap(), isOpen: true, reason: why.reason)] }
    guard let text = more.text, !text.bytes.isEmpty else { return result }
    let inner = DiagnosticSink()
    let documents = YAMLReader.read(
      text: text, whole: more.origin, dialect: .kubernetes, provenance: files.provenance, limits: files.limits, sink: inner)
    if let problem = inner.diagnostics.first(where: { $0.severity == .error }) {
      throw ExpansionError("error unmarshling decoded ElementsYaml: \(problem.message)", span: problem.span ?? files.place(more))
    }
    guard let root = documents.first?.root, !root.isNull else { return result }
    guard let items = root.list else { throw ExpansionError("elementsYaml is no list", span: files.place(more)) }
    for item in items {
      guard let map = item.map else { throw ExpansionError("an element of elementsYaml is no map", span: files.place(item)) }
      result.append(ParameterSet(isGo ? ParameterSet.asJSON(map) : map))
    }
    return result
  }

  /// Under fasttemplate an element holds strings only, and `values` a map of strings.
  private func flatElement(_ map: ValueMap) throws(ExpansionError) -> ValueMap {
    let result = ValueMap()
    for entry in map.entries {
      if entry.key.string == "values" {
        guard let values = entry.value.map else { throw ExpansionError("error parsing values map", span: files.place(entry.value)) }
        for inner in values.entries {
          guard inner.value.text != nil || inner.value.isUnknown else { throw notText("values." + inner.key.string, inner.value) }
          result.set("values." + inner.key.string, inner.value, keyOrigin: inner.keyOrigin)
        }
      } else {
        guard entry.value.text != nil || entry.value.isUnknown else { throw notText(entry.key.string, entry.value) }
        result.set(entry.key, entry.value, keyOrigin: entry.keyOrigin)
      }
    }
    return result
  }

  private func notText(_ name: String, _ value: Value) -> ExpansionError {
    ExpansionError(
      "error parsing value as string: '\(name)' is no string; without goTemplate list elements hold strings only (quote it)",
      span: files.place(value))
  }

  // MARK: several at once

  private func matrix(_ value: Value, depth: Int) throws(ExpansionError) -> [ParameterSet] {
    let children = value["generators"]?.list ?? []
    guard children.count == 2 else {
      throw ExpansionError(
        "found \(children.count < 2 ? "less" : "more") than two generators, matrix supports only two", span: files.place(value["generators"] ?? value))
    }
    var result: [ParameterSet] = []
    for first in try child(children[0], given: nil, depth: depth) {
      for second in try child(children[1], given: first, depth: depth) {
        let map: ValueMap
        if isGo {
          map = ParameterMerge.deep(second.map, first.map)
        } else {
          do {
            map = try ParameterMerge.combine(first.map, second.map)
          } catch {
            throw ExpansionError(error.message, span: files.place(value))
          }
        }
        result.append(
          ParameterSet(map, isOpen: first.isOpen || second.isOpen, reason: first.isOpen ? first.reason : second.reason))
        if result.count > ApplicationSetExpander.elementLimit { return result }
      }
    }
    return result
  }

  private func merge(_ value: Value, depth: Int) throws(ExpansionError) -> [ParameterSet] {
    let children = value["generators"]?.list ?? []
    guard children.count >= 2 else {
      throw ExpansionError("found less than two generators, merge requires two or more", span: files.place(value["generators"] ?? value))
    }
    var keys: [String] = []
    for key in value["mergeKeys"]?.list ?? [] { if let name = key.string, !keys.contains(name) { keys.append(name) } }
    guard !keys.isEmpty else { throw ExpansionError("no merge keys were specified, merge requires at least one", span: files.place(value)) }
    keys.sort { $0.bytesPrecede($1) }
    var order: [String] = []
    var base: [String: ParameterSet] = [:]
    for (index, entry) in children.enumerated() {
      var seen: Set<String> = []
      for set in try child(entry, given: nil, depth: depth) {
        let identity = ValueMap(keys.map { ($0, set.map[$0] ?? .null) })
        if set.isOpen || identity.entries.contains(where: { $0.value.isUnknown }) {
          // It cannot be known which element this one meets.
          for key in order { base[key]?.open(set.reason) }
          if index == 0 {
            let key = "unknown \(order.count)"
            order.append(key)
            base[key] = ParameterSet(set.map, isOpen: true, reason: set.reason)
          }
          continue
        }
        let key = JSONWriter(sortsKeys: true, escapesHTML: true).string(.map(identity))
        guard seen.insert(key).inserted else {
          throw ExpansionError(
            "the parameters from a generator were not unique by the given mergeKeys, Merge requires all param sets to be unique. "
              + "Duplicate key was \(key)", span: files.place(entry))
        }
        if index == 0 {
          order.append(key)
          base[key] = set
        } else if let old = base[key] {
          let map = isGo ? ParameterMerge.deep(old.map, set.map) : ParameterMerge.flat(old.map, set.map)
          base[key] = ParameterSet(map, isOpen: old.isOpen, reason: old.reason)
        }
      }
    }
    return order.compactMap { base[$0] }
  }

  /// A child of matrix or merge: one generator, whose own template is ignored.
  private func child(_ entry: Value, given: ParameterSet?, depth: Int) throws(ExpansionError) -> [ParameterSet] {
    let named = entry.map?.entries.filter { Self.kinds.contains($0.key.string) && !$0.value.isNull } ?? []
    guard named.count <= 1 else {
      throw ExpansionError("found more than one generator in a child of matrix or merge", span: files.place(entry))
    }
    if depth >= 1, let inner = named.first, inner.key.string == "matrix" || inner.key.string == "merge" {
      throw ExpansionError("matrix and merge generators may be nested in one another once only", span: place(ofKey: inner.key.string, in: entry))
    }
    return try transform(entry, base: .null, given: given, depth: depth + 1).first?.parameters ?? []
  }

  // MARK: values and unknown inputs

  /// `values` of a generator: templates over the generator's own parameters (value_interpolation.go).
  func addValues(_ values: Value?, to set: ParameterSet) throws(ExpansionError) -> ParameterSet {
    guard let values = values?.map, !values.isEmpty else { return set }
    let result = set.map.copy()
    let inner = ValueMap()
    for entry in values.entries {
      let value = try renderer.fillString(entry.value, set)
      if isGo { inner.set(entry.key, value, keyOrigin: entry.keyOrigin) } else { result.set("values." + entry.key.string, value) }
    }
    if isGo { result.set("values", .map(inner)) }
    return ParameterSet(result, isOpen: set.isOpen, reason: set.reason)
  }

  /// One element for all that a generator learns outside of the repository.
  private func open(_ value: Value, _ what: String) throws(ExpansionError) -> ParameterSet {
    try addValues(value["values"], to: ParameterSet(ValueMap(), isOpen: true, reason: what))
  }

  // MARK: clusters

  static let inClusterServer = "https://kubernetes.default.svc"

  private func clusters(_ value: Value) throws(ExpansionError) -> [ParameterSet] {
    let selector = value["selector"] ?? .null
    let selects = !(selector["matchLabels"]?.isGoEmpty ?? true) || !(selector["matchExpressions"]?.isGoEmpty ?? true)
    let test = try GeneratorSelector(selector, place: files.place)
    var result: [ParameterSet] = []
    var declaresOwn = false
    for secret in clusterSecrets {
      let data = secret["stringData"] ?? .null
      let labels = secret.at("metadata", "labels")?.map ?? ValueMap()
      if data["server"]?.string == Self.inClusterServer { declaresOwn = true }
      let labelled = labels.copy()
      if test.matchesLabels(labelled) == .no { continue }
      let map = ValueMap()
      let name = data["name"] ?? .unknown("name of a cluster", secret.origin)
      map.set("name", name)
      map.set("nameNormalized", name.text.map { .string(PathParameters.normalized($0.string), name.origin) } ?? name)
      map.set("server", data["server"] ?? .unknown("address of a cluster", secret.origin))
      map.set("project", data["project"] ?? .string("", secret.origin))
      let annotations = secret.at("metadata", "annotations")?.map ?? ValueMap()
      if isGo {
        map.set("metadata", .map(ValueMap([("annotations", .map(annotations)), ("labels", .map(labels))]), secret.origin))
      } else {
        for entry in annotations.entries { map.set("metadata.annotations." + entry.key.string, entry.value) }
        for entry in labels.entries { map.set("metadata.labels." + entry.key.string, entry.value) }
      }
      result.append(try addValues(value["values"], to: ParameterSet(map)))
    }
    if !selects, !declaresOwn {
      let place = value.origin
      let map = ValueMap([
        ("name", .string("in-cluster", place)), ("nameNormalized", .string("in-cluster", place)),
        ("server", .string(Self.inClusterServer, place)), ("project", .string("", place)),
      ])
      // Somebody may have declared this cluster by a Secret with labels and annotations.
      result.append(try addValues(value["values"], to: ParameterSet(map, isOpen: true, reason: "clusters known to Argo CD")))
    }
    if result.isEmpty { result.append(try open(value, "clusters known to Argo CD")) }
    guard value["flatList"]?.bool ?? false else { return result }
    if result.contains(where: { $0.map["name"] == nil }) {
      return [ParameterSet(ValueMap([("clusters", .unknown("clusters known to Argo CD", value.origin))]))]
    }
    return [ParameterSet(ValueMap([("clusters", .list(result.map { .map($0.map) }, value.origin))]))]
  }
}

extension ParameterSet {
  fileprivate mutating func open(_ reason: String) {
    isOpen = true
    if self.reason.isEmpty { self.reason = reason }
  }
}
