import SourceText
import Values

/// Strategic merge patches as kyaml applies them (`yaml/merge2` over `yaml/walk`), with its order of lists (the patch's elements
/// first) and its quirks: the style of the target's scalar stays, nulls in new maps vanish, lists of kinds without a schema
/// are replaced.
struct StrategicMerge {
  let context: BuildContext

  /// Merges a patch into an object, in place; nil where the patch deletes it. Nodes of the patch become part of the result.
  func merge(_ patch: Node, into target: Node) throws(KustomizeError) -> Node? {
    try walk(target, patch, .unknown, depth: 0)
  }

  private func isMissing(_ node: Node?) -> Bool { node.map(\.isNull) ?? true }

  private func walk(_ dest: Node?, _ patch: Node?, _ known: MergeSchema.Field, depth: Int) throws(KustomizeError) -> Node? {
    try context.spend()
    guard depth < context.limits.nesting else {
      throw KustomizeError("limit", "nested more than \(context.limits.nesting) levels deep", at: patch?.origin ?? .none)
    }
    let schema = schema(dest, patch, known)
    guard let leader = isMissing(dest) ? (isMissing(patch) ? nil : patch) : dest else {
      return try walkMap(dest, patch, schema, depth: depth)
    }
    for node in [dest, patch] {
      guard let node, !node.isNull, node.kind != leader.kind else { continue }
      throw KustomizeError(
        "patch-type", "the patch has \(node.kind.words) where the object has \(leader.kind.words)", at: node.origin)
    }
    switch leader.kind {
    case .map:
      return try walkMap(dest, patch, schema, depth: depth)
    case .list:
      if case .list(let keys, let element) = schema {
        return try walkKeyedList(dest, patch, keys: keys, element: element, depth: depth)
      }
      return patch ?? dest
    case .scalar:
      return patch ?? dest
    }
  }

  /// What is known already, else what an object that stands here says of itself.
  private func schema(_ dest: Node?, _ patch: Node?, _ known: MergeSchema.Field) -> MergeSchema.Field {
    guard case .unknown = known else { return known }
    for node in [dest, patch] {
      guard let node, !node.isNull, let kind = node.field("kind"), !kind.isNullOrEmpty, let version = node.field("apiVersion"),
        !version.isNullOrEmpty, !kind.text.bytes.isEmpty, !version.text.bytes.isEmpty
      else { continue }
      let found = context.schema.root(apiVersion: version.string, kind: kind.string)
      if case .unknown = found { continue }
      return found
    }
    return .unknown
  }

  // MARK: Maps

  private func visitMap(_ dest: Node?, _ patch: Node?) throws(KustomizeError) -> Node? {
    guard let dest, !dest.isNull else {
      if let directive = try? directive(patch), directive == .delete { return nil }
      if patch == nil, let dest, !dest.text.bytes.isEmpty {
        let null = Node(kind: .scalar, tag: .null, text: dest.text, origin: dest.origin)
        null.isKept = true
        return null
      }
      return patch
    }
    if patch?.isNull == true { return nil }
    switch try directive(patch) {
    case .delete: return nil
    case .replace: return patch
    case .merge: return dest
    }
  }

  private func walkMap(_ dest: Node?, _ patch: Node?, _ schema: MergeSchema.Field, depth: Int) throws(KustomizeError) -> Node? {
    guard let result = try visitMap(dest, patch) else { return nil }
    var names: [String] = []
    var seen = Set<String>()
    for source in [result, patch] {
      for (key, _) in source?.fields ?? [] where seen.insert(key.string).inserted { names.append(key.string) }
    }
    names.sort { $0.bytesPrecede($1) }
    for name in names {
      let value = try walk(
        result.field(name), patch?.field(name), context.schema.field(name, of: schema), depth: depth + 1)
      let key = value.flatMap { value in
        patch?.field(name) === value ? patch?.key(name) : result.key(name)
      }
      try result.set(name, value, keyOrigin: key?.origin ?? .none, keyStyle: key?.style ?? .plain)
    }
    return result
  }

  // MARK: Directives

  private enum Directive: String { case merge, replace, delete }

  /// Reads `$patch` and takes it away.
  private func directive(_ patch: Node?) throws(KustomizeError) -> Directive {
    guard let patch else { return .merge }
    switch patch.kind {
    case .map:
      guard let word = patch.field("$patch") else { return .merge }
      let directive = try known(word)
      try patch.clear("$patch")
      return directive
    case .list:
      guard let element = patch.content.first(where: { $0.kind == .map && $0.field("$patch") != nil }),
        element.content.count <= 2, let word = element.field("$patch")
      else { return .merge }
      let directive = try known(word)
      try ListElements.set(patch, nil, keys: ["$patch"], values: [word.string])
      return directive
    case .scalar:
      throw KustomizeError("patch-type", "no strategic merge for a single value", at: patch.origin)
    }
  }

  private func known(_ word: Node) throws(KustomizeError) -> Directive {
    guard let directive = Directive(rawValue: word.string) else {
      throw KustomizeError("unknown-directive", "unknown patch strategy '\(word.string)'", at: word.origin)
    }
    return directive
  }

  // MARK: Lists with keys

  private func walkKeyedList(
    _ dest: Node?, _ patch: Node?, keys: [String], element: MergeSchema.Field, depth: Int
  ) throws(KustomizeError) -> Node? {
    var result = dest
    if isMissing(dest) {
      result = patch
    } else if patch?.isNull == true {
      result = nil
    } else {
      switch try directive(patch) {
      case .delete: result = nil
      case .replace: result = patch
      case .merge: break
      }
    }
    guard let result else { return nil }
    let sources = [patch, result]
    if !keys.isEmpty {
      var values: [[String]] = []
      for source in sources {
        for element in source?.content ?? [] {
          let row = keys.map { key in
            element.field(key).map { $0.isNullOrEmpty ? "" : $0.string } ?? ""
          }
          if !values.contains(row) { values.append(row) }
        }
      }
      return try mergeElements(values, keys: keys, dest: result, patch: patch, element: element, depth: depth)
    }
    var values: [[String]] = []
    for source in sources {
      for element in source?.content ?? [] where !values.contains([element.string]) { values.append([element.string]) }
    }
    return try mergeElements(values, keys: [""], dest: result, patch: patch, element: element, depth: depth)
  }

  private func mergeElements(
    _ allValues: [[String]], keys: [String], dest: Node, patch: Node?, element: MergeSchema.Field, depth: Int
  ) throws(KustomizeError) -> Node? {
    var valuesList = allValues
    if keys.count > 1 { try mergeValues(&valuesList) }
    let added = Node(kind: .list, origin: dest.origin)
    var validKeys: [String] = []
    for values in valuesList {
      try context.spend(1 + dest.content.count)
      let valid = Self.valid(valuesList, values, keys)
      validKeys = valid.keys
      let own = Self.valid([valid.values], valid.values, valid.keys)
      let merged = try walk(
        ListElements.find(dest, own.keys, own.values), patch.flatMap { ListElements.find($0, own.keys, own.values) }, element,
        depth: depth + 1)
      guard let merged, !merged.isNull, !merged.isEmptyMap else {
        try ListElements.set(dest, nil, keys: valid.keys, values: valid.values)
        continue
      }
      for (at, key) in valid.keys.enumerated() where at < valid.values.count && !valid.values[at].isEmpty && merged.kind == .map {
        if merged.field(key) == nil { try merged.set(key, .scalar(Text(valid.values[at]))) }
      }
      try ListElements.set(added, merged, keys: valid.keys, values: valid.values)
    }
    guard !valuesList.isEmpty else { return dest }
    guard !validKeys.isEmpty else {
      throw KustomizeError("patch-type", "the list has elements without its merge keys; kubectl panics here", at: dest.origin)
    }
    for item in dest.content { try append(item, to: added, keys: validKeys) }
    return added
  }

  private func append(_ item: Node, to list: Node, keys: [String]) throws(KustomizeError) {
    try context.spend(1 + list.content.count)
    if keys[0].isEmpty {
      try ListElements.set(list, item, keys: [""], values: [item.string])
      return
    }
    var values: [String] = []
    for key in keys {
      guard let value = try item.get(key) else {
        list.content.append(item)
        continue
      }
      values.append(value.string)
    }
    if keys.count > 1 { try ListElements.set(list, nil, keys: keys, values: values) }
    try ListElements.set(list, item, keys: keys, values: values)
  }

  /// The keys that any element has, and the values at them; all keys where no element has one.
  private static func valid(_ list: [[String]], _ values: [String], _ keys: [String]) -> (keys: [String], values: [String]) {
    var used = Set<String>()
    for row in list {
      for (at, value) in row.enumerated() where !value.isEmpty && at < keys.count { used.insert(keys[at]) }
    }
    if used.isEmpty { return (keys, values) }
    return (
      keys.filter(used.contains),
      values.enumerated().filter { !$1.isEmpty || ($0 < keys.count && used.contains(keys[$0])) }.map(\.element)
    )
  }

  /// Completes the values of elements that leave one of several keys out by those of elements that match otherwise.
  private func mergeValues(_ list: inout [[String]]) throws(KustomizeError) {
    try context.spend(list.count * list.count)
    for i in list.indices {
      let first = list[i]
      for j in list.indices {
        let second = list[j]
        guard first.count == second.count else { continue }
        var hasCommon = false
        var result: [String]? = []
        for (a, b) in zip(first, second) {
          if a == b {
            hasCommon = true
            result?.append(a)
          } else if !a.isEmpty, !b.isEmpty {
            result = nil
            break
          } else {
            result?.append(a.isEmpty ? b : a)
          }
        }
        guard hasCommon, let result else { continue }
        list[i] = result
        list[j] = result
      }
    }
  }
}

/// Elements of a list by the values of their keys (kyaml `ElementSetter`, `ElementMatcher`).
enum ListElements {
  /// The first element with those values; a key of "" stands for the element's own text.
  static func find(_ list: Node, _ keys: [String], _ values: [String]) -> Node? {
    guard list.kind == .list else { return nil }
    guard let key = keys.first, !key.isEmpty else {
      return list.content.first { $0.string == (values.first ?? "") }
    }
    guard keys.count == values.count else { return nil }
    return list.content.first { element in
      element.kind == .map && zip(keys, values).allSatisfy { element.field($0)?.string == $1 }
    }
  }

  /// Puts an element in place of those with the same values, else at the end; without an element they are taken away. Nulls and
  /// empty maps vanish from the list.
  static func set(_ list: Node, _ element: Node?, keys: [String], values: [String]) throws(KustomizeError) {
    if list.isNull { return }
    try list.require(.list)
    let wantsMaps = keys.first.map { !$0.isEmpty } == true && values.first.map { !$0.isEmpty } == true
    var content: [Node] = []
    var hasMatch = false
    for item in list.content {
      if item.isNull || item.isEmptyMap { continue }
      if item.kind != .map, wantsMaps {
        content.append(item)
        continue
      }
      guard try matches(item, keys, values) else {
        if !values.isEmpty { content.append(item) }
        continue
      }
      hasMatch = true
      if let element { content.append(element) }
    }
    list.content = content
    if let element, !element.isNull, !hasMatch { list.content.append(element) }
  }

  private static func matches(_ item: Node, _ keys: [String], _ values: [String]) throws(KustomizeError) -> Bool {
    var last: Node?
    for (at, key) in keys.enumerated() {
      if at < values.count {
        if key.isEmpty {
          try item.require(.scalar)
          last = item.string == values[at] ? item : nil
        } else {
          let field = try item.get(key)
          last = field.flatMap { values[at].isEmpty || $0.string == values[at] ? $0 : nil }
        }
      }
      if last == nil { return false }
    }
    return true
  }
}
