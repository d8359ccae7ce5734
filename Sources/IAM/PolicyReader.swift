import SourceText
import Values

/// Reads policies: JSON text, the map that `jsonencode` would encode, and the arguments of Terraform's `aws_iam_policy_document`.
package struct PolicyReader {
  /// The text of a value that is a string, known in part or not at all; nil for values that are no strings.
  package let text: (Value) -> PolicyText?
  /// What a value stands for if it is only known structurally (a `jsonencode` with unknown parts); the value itself otherwise.
  package let resolve: (Value) -> Value
  package let origins: OriginTable

  package init(
    origins: OriginTable, text: @escaping (Value) -> PolicyText? = PolicyReader.plainText,
    resolve: @escaping (Value) -> Value = { $0 }
  ) {
    self.origins = origins
    self.text = text
    self.resolve = resolve
  }

  /// Known strings as they are, unknown values as gaps.
  package static func plainText(_ value: Value) -> PolicyText? {
    switch value.payload {
    case .string(let text): PolicyText(text.bytes, origin: value.origin)
    case .unknown(let unknown): .unknown(unknown.reason, origin: value.origin)
    default: nil
    }
  }

  // MARK: Documents

  /// Reads a policy in any of its forms.
  package func read(_ value: Value) -> PolicyDocument {
    let value = resolve(value)
    switch value.payload {
    case .map: return document(value)
    case .string(let text):
      do {
        var places: [Origin: Range<Int>] = [:]
        let root = try JSONReader.read(text.bytes) { range in
          let origin = Self.origin(text, range, origins, whole: value.origin)
          places[origin] = range
          return origin
        }
        guard text.runs.count > 1 else { return document(root) }
        let inner = PolicyReader(origins: origins, text: { value in
          guard var result = self.text(value) else { return nil }
          // The string inside its quotes, if no escape changed it.
          if let range = places[value.origin], range.count > 2, let string = value.text {
            let part = text.slice((range.lowerBound + 1)..<(range.upperBound - 1))
            if part == string { result.source = part }
          }
          return result
        }, resolve: resolve)
        return inner.document(root)
      } catch {
        return .unknown("the policy is no JSON: \(error.message)")
      }
    case .unknown(let unknown):
      if let text = text(value), text.pieces.count > 1 { return read(partial: text, origin: value.origin) }
      return .unknown(unknown.reason)
    case .null: return PolicyDocument()
    default: return .unknown("the policy is neither text nor a map")
    }
  }

  /// The origin of a part of a text; where the part holds a wildcard, what wrote the deciding one comes first: behind `secret:`, else
  /// the first.
  package static func origin(_ text: Text, _ range: Range<Int>, _ origins: OriginTable, whole: Origin) -> Origin {
    let all = text.origin(of: range, in: origins, whole: whole)
    guard text.runs.count > 1, range.count <= 4096, let at = wildcard(text.bytes[range.clamped(to: 0..<text.count)]) else { return all }
    return origins.join([text.origin(of: at..<(at + 1), in: origins, whole: whole), all])
  }

  /// Index of the wildcard that decides how far a resource reaches.
  package static func wildcard(_ bytes: ArraySlice<UInt8>) -> Int? {
    let mark = Array("secret:".utf8)
    var start = bytes.startIndex
    if bytes.count >= mark.count {
      for index in bytes.startIndex...(bytes.endIndex - mark.count) where bytes[index..<(index + mark.count)].elementsEqual(mark) {
        start = index + mark.count
        break
      }
    }
    func isWildcard(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "*") || byte == UInt8(ascii: "?") }
    return bytes[start...].firstIndex(where: isWildcard) ?? bytes.firstIndex(where: isWildcard)
  }

  /// JSON text with gaps: each gap becomes a character of Unicode's private use inside the text, and a gap again in the strings read.
  private func read(partial text: PolicyText, origin: Origin) -> PolicyDocument {
    var bytes: [UInt8] = []
    var gaps: [(PolicyText.Gap, String)] = []
    for piece in text.pieces {
      switch piece {
      case .literal(let literal): bytes += literal
      case .gap(let gap, let label):
        guard gaps.count < 4096, let scalar = Unicode.Scalar(UInt32(0xF0000 + gaps.count)) else { return .unknown("too many unknown parts") }
        gaps.append((gap, label))
        bytes += Array(String(Character(scalar)).utf8)
      }
    }
    guard let root = try? JSONReader.read(bytes, origin: { _ in origin }) else {
      return .unknown("a part of the policy's text is unknown")
    }
    let inner = PolicyReader(origins: origins, text: { value in
      guard let text = value.text else { return nil }
      return Self.withGaps(text.bytes, gaps, origin)
    })
    return inner.document(root)
  }

  private static func withGaps(_ bytes: [UInt8], _ gaps: [(PolicyText.Gap, String)], _ origin: Origin) -> PolicyText {
    var pieces: [PolicyText.Piece] = []
    var literal: [UInt8] = []
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      let index = Int(scalar.value) - 0xF0000
      if gaps.indices.contains(index) {
        if !literal.isEmpty { pieces.append(.literal(literal)) }
        literal = []
        pieces.append(.gap(gaps[index].0, label: gaps[index].1))
      } else {
        literal += Array(String(Character(scalar)).utf8)
      }
    }
    if !literal.isEmpty { pieces.append(.literal(literal)) }
    return PolicyText(pieces: pieces, origin: origin)
  }

  private func document(_ root: Value) -> PolicyDocument {
    guard let map = root.map else { return .unknown("the policy is no JSON object") }
    guard let list = member(map, "Statement") else { return PolicyDocument() }
    let value = resolve(list)
    if value.isUnknown { return .unknown("the policy's statements are not known") }
    var result = PolicyDocument()
    // Without the version of 2012 `${…}` is plain text (AWS documentation: IAM JSON policy elements, Version).
    var hasVariables = false
    if let version = member(map, "Version") { hasVariables = text(resolve(version))?.literal != "2008-10-17" }
    for item in value.list ?? [value] {
      let item = resolve(item)
      if var statement = statement(item) {
        if !hasVariables { statement.escapeVariables() }
        result.statements.append(statement)
      } else if !item.isNull {
        result.isComplete = false
        result.reason = "a statement of the policy is not known"
      }
    }
    return result
  }

  /// IAM reads the names of elements whatever their case.
  private func member(_ map: ValueMap, _ name: String) -> Value? {
    map[name] ?? map.entries.first { $0.key.string.lowercased() == name.lowercased() }?.value
  }

  private func statement(_ value: Value) -> PolicyStatement? {
    guard let map = value.map else { return nil }
    var result = PolicyStatement()
    result.origin = value.origin.isKnown ? value.origin : map.entries.first?.keyOrigin ?? .none
    if let sid = member(map, "Sid") { result.sid = text(sid)?.text ?? "" }
    if let effect = member(map, "Effect") {
      if let literal = text(effect)?.literal { result.effect = literal } else { result.effectKnown = false }
    }
    result.actions = texts(member(map, "Action"), "Action", &result)
    result.notActions = texts(member(map, "NotAction"), "NotAction", &result)
    result.resources = texts(member(map, "Resource"), "Resource", &result)
    result.notResources = texts(member(map, "NotResource"), "NotResource", &result)
    result.notActionOrigin = member(map, "NotAction")?.origin ?? .none
    result.notResourceOrigin = member(map, "NotResource")?.origin ?? .none
    result.principals = principals(member(map, "Principal"), "Principal", &result)
    result.notPrincipals = principals(member(map, "NotPrincipal"), "NotPrincipal", &result)
    if let conditions = member(map, "Condition") { readConditions(resolve(conditions), &result) }
    return result
  }

  /// A string or a list of strings.
  private func texts(_ value: Value?, _ element: String, _ statement: inout PolicyStatement) -> [PolicyText] {
    guard let value else { return [] }
    let resolved = resolve(value)
    if case .list(let list) = resolved.payload {
      var result: [PolicyText] = []
      for item in list.items {
        let item = resolve(item)
        if let text = text(item) {
          result.append(located(text, item, resolved))
        } else if case .list(let nested) = item.payload {
          // Terraform drops nothing here, but people flatten by hand.
          result += nested.items.compactMap { self.text(resolve($0)).map { located($0, item, resolved) } }
        } else if !item.isNull {
          statement.unknownElements.append(element)
        }
      }
      return result
    }
    if resolved.isNull { return [] }
    guard let text = text(resolved) else {
      statement.unknownElements.append(element)
      return []
    }
    // An unknown value may be a list of any length.
    if resolved.isUnknown, text.pieces.count == 1, case .gap(.anything, _)? = text.pieces.first { statement.unknownElements.append(element) }
    return [located(text, resolved, value)]
  }

  private func located(_ text: PolicyText, _ value: Value, _ parent: Value) -> PolicyText {
    var result = text
    if !result.origin.isKnown { result.origin = value.origin.isKnown ? value.origin : parent.origin }
    return result
  }

  private func principals(_ value: Value?, _ element: String, _ statement: inout PolicyStatement) -> [PolicyPrincipal] {
    guard let value else { return [] }
    let resolved = resolve(value)
    if let map = resolved.map {
      return map.entries.map { PolicyPrincipal(type: $0.key.string, identifiers: texts($0.value, element, &statement)) }
    }
    if resolved.isNull { return [] }
    if resolved.isUnknown { statement.unknownElements.append(element) }
    return [PolicyPrincipal(type: "*", identifiers: texts(resolved, element, &statement))]
  }

  private func readConditions(_ value: Value, _ statement: inout PolicyStatement) {
    guard let operators = value.map else {
      if !value.isNull { statement.unknownElements.append("Condition") }
      return
    }
    for entry in operators.entries {
      guard let keys = resolve(entry.value).map else {
        if !entry.value.isNull { statement.unknownElements.append("Condition") }
        continue
      }
      for key in keys.entries {
        var part = PolicyStatement()
        let values = texts(key.value, "Condition", &part)
        let keyText = Self.withPlaceholders(text(.string(key.key, key.keyOrigin)) ?? PolicyText(key.key.bytes, origin: key.keyOrigin))
        statement.conditions.append(
          PolicyCondition(
            test: entry.key.string, key: keyText, values: values, isPartial: !part.unknownElements.isEmpty,
            origin: key.value.origin.isKnown ? key.value.origin : key.keyOrigin))
      }
    }
  }

  /// A key in which `${…}` stands for what is not known; IAM itself has no variables in condition keys.
  private static func withPlaceholders(_ text: PolicyText) -> PolicyText {
    guard let literal = text.literal, literal.contains("${") else { return text }
    let bytes = Array(literal.utf8)
    var pieces: [PolicyText.Piece] = []
    var plain: [UInt8] = []
    var at = 0
    while at < bytes.count {
      if bytes[at] == UInt8(ascii: "$"), at + 1 < bytes.count, bytes[at + 1] == UInt8(ascii: "{"),
        let close = bytes[at...].firstIndex(of: UInt8(ascii: "}"))
      {
        if !plain.isEmpty { pieces.append(.literal(plain)) }
        plain = []
        pieces.append(.gap(.token, label: String(decoding: bytes[(at + 2)..<close], as: UTF8.self)))
        at = close + 1
      } else {
        plain.append(bytes[at])
        at += 1
      }
    }
    if !plain.isEmpty { pieces.append(.literal(plain)) }
    return PolicyText(pieces: pieces, origin: text.origin)
  }

  // MARK: aws_iam_policy_document

  /// Reads the arguments of Terraform's data source. `source_policy_documents` come first, statements of
  /// `override_policy_documents` replace those of equal sid (hashicorp/terraform-provider-aws,
  /// internal/service/iam/policy_document_data_source.go).
  package func read(terraform attributes: ValueMap) -> PolicyDocument {
    var result = PolicyDocument()
    func merge(_ document: PolicyDocument) {
      result.statements += document.statements
      if !document.isComplete {
        result.isComplete = false
        result.reason = document.reason
      }
    }
    func documents(_ names: [String]) -> [PolicyDocument] {
      var found: [PolicyDocument] = []
      for name in names {
        guard let value = attributes[name], !value.isNull else { continue }
        let resolved = resolve(value)
        if let list = resolved.list {
          found += list.filter { !$0.isNull && $0.string != "" }.map(read)
        } else if resolved.string != "" {
          found.append(read(resolved))
        }
      }
      return found
    }
    documents(["source_json", "source_policy_documents"]).forEach(merge)
    if let blocks = attributes["statement"].map(resolve) {
      if let list = blocks.list {
        for block in list {
          if let map = resolve(block).map {
            result.statements.append(terraformStatement(map, block.origin))
          } else {
            result.isComplete = false
            result.reason = "a statement block is not known"
          }
        }
      } else if !blocks.isNull {
        result.isComplete = false
        result.reason = "the statement blocks are not known"
      }
    }
    for document in documents(["override_json", "override_policy_documents"]) {
      let sids = Set(document.statements.map(\.sid).filter { !$0.isEmpty })
      result.statements.removeAll { sids.contains($0.sid) }
      merge(document)
    }
    return result
  }

  private func terraformStatement(_ map: ValueMap, _ origin: Origin) -> PolicyStatement {
    var result = PolicyStatement()
    result.origin = origin
    result.sid = map["sid"].flatMap(text)?.text ?? ""
    if let effect = map["effect"], !effect.isNull {
      if let literal = text(effect)?.literal { result.effect = literal } else { result.effectKnown = false }
    }
    result.actions = texts(map["actions"], "Action", &result)
    result.notActions = texts(map["not_actions"], "NotAction", &result)
    result.resources = texts(map["resources"], "Resource", &result).map(variables)
    result.notResources = texts(map["not_resources"], "NotResource", &result).map(variables)
    result.notActionOrigin = map["not_actions"]?.origin ?? .none
    result.notResourceOrigin = map["not_resources"]?.origin ?? .none
    result.principals = terraformPrincipals(map["principals"], "Principal", &result)
    result.notPrincipals = terraformPrincipals(map["not_principals"], "NotPrincipal", &result)
    guard let conditions = map["condition"].map(resolve) else { return result }
    guard let list = conditions.list else {
      if !conditions.isNull { result.unknownElements.append("Condition") }
      return result
    }
    for block in list {
      guard let map = resolve(block).map, let test = map["test"].flatMap(text)?.literal, let key = map["variable"].flatMap(text) else {
        result.unknownElements.append("Condition")
        continue
      }
      var part = PolicyStatement()
      let values = texts(map["values"], "Condition", &part).map(variables)
      let origin = map["values"]?.origin ?? .none
      result.conditions.append(
        PolicyCondition(
          test: test, key: key, values: values, isPartial: !part.unknownElements.isEmpty, origin: origin.isKnown ? origin : block.origin))
    }
    return result
  }

  private func terraformPrincipals(_ value: Value?, _ element: String, _ statement: inout PolicyStatement) -> [PolicyPrincipal] {
    guard let blocks = value.map(resolve), !blocks.isNull else { return [] }
    guard let list = blocks.list else {
      statement.unknownElements.append(element)
      return []
    }
    var result: [PolicyPrincipal] = []
    for block in list {
      guard let map = resolve(block).map, let type = map["type"].flatMap(text)?.literal else {
        statement.unknownElements.append(element)
        continue
      }
      result.append(PolicyPrincipal(type: type, identifiers: texts(map["identifiers"], element, &statement)))
    }
    return result
  }

  /// The data source's `&{aws:…}` is the policy's `${aws:…}`.
  private func variables(_ text: PolicyText) -> PolicyText {
    var result = text
    result.pieces = text.pieces.map { piece in
      guard case .literal(var bytes) = piece else { return piece }
      for index in bytes.indices.dropLast() where bytes[index] == UInt8(ascii: "&") && bytes[index + 1] == UInt8(ascii: "{") {
        bytes[index] = UInt8(ascii: "$")
      }
      return .literal(bytes)
    }
    return result
  }
}
