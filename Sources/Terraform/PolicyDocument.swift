import HCL
import SourceText
import Values

/// `data "aws_iam_policy_document"`: what the AWS provider computes from its blocks (hashicorp/terraform-provider-aws,
/// internal/service/iam/policy_document_data_source.go and policy_model.go).
struct PolicyDocument {
  private struct Statement {
    var sid: HCLValue?
    /// `Effect`, `Action`, … in the order the provider prints them.
    var fields: [(String, HCLValue)] = []
    var origin: Origin
    /// A statement of which nothing is known: a document that is not known.
    var opaque: HCLValue?
  }

  private struct Document {
    var version: HCLValue?
    var id: HCLValue?
    var statements: [Statement] = []

    mutating func merge(_ other: Document) {
      if let id = other.id { self.id = id }
      if let newer = other.version {
        let current = version?.string ?? ""
        if newer.isUnknown || version == nil || current.bytesPrecede(newer.string ?? "") { version = newer }
      }
      for statement in other.statements {
        if let sid = statement.sid?.string, !sid.isEmpty,
          let place = statements.firstIndex(where: { $0.sid?.string == sid })
        {
          statements[place] = statement
        } else {
          statements.append(statement)
        }
      }
    }
  }

  private let module: ModuleInstance

  init(_ module: ModuleInstance) { self.module = module }

  private var context: EvaluationContext { module.context }

  /// The attributes `json` and `minified_json`.
  func entries(_ body: HCLMap, address: String, origin: Origin) -> [HCLMap.Entry] {
    var merged = Document()
    for source in documents(body.entry("source_policy_documents")?.value) { merged.merge(source) }
    var own = Document()
    own.version = body.entry("version")?.value ?? .string("2012-10-17", origin)
    if let id = body.entry("policy_id")?.value, !id.isNull { own.id = id }
    own.statements = statements(body.entry("statement")?.value)
    merged.merge(own)
    for override in documents(body.entry("override_policy_documents")?.value) { merged.merge(override) }
    let structure = structure(merged, origin)
    if let reason = structure.unknownReason {
      let value = HCLValue.unknown(.string, reason, origin, notNull: true, knowledge: .json(structure))
      return [HCLMap.Entry(key: "json", value: value), HCLMap.Entry(key: "minified_json", value: value)]
    }
    let node = node(merged)
    var result: [HCLMap.Entry] = []
    for (name, indent) in [("json", Optional(2)), ("minified_json", nil)] {
      var builder = TextBuilder()
      JSONText(indent: indent).write(node, 0, &builder)
      result.append(HCLMap.Entry(key: Text(name), value: .string(builder.build(), origin)))
    }
    return result
  }

  // MARK: Blocks

  private func statements(_ value: HCLValue?) -> [Statement] {
    guard let value else { return [] }
    var items: [HCLValue] = []
    if let known = value.items {
      items = known
    } else if case .elements(let parts)? = value.unknown?.knowledge {
      items = parts
    } else {
      items = [value]
    }
    return items.map { item in
      guard let map = item.map else { return Statement(origin: item.origin, opaque: item) }
      return statement(map, item.origin)
    }
  }

  private func statement(_ map: HCLMap, _ origin: Origin) -> Statement {
    var result = Statement(origin: origin)
    func given(_ name: String) -> HCLValue? {
      guard let value = map.entry(Text(name))?.value, !value.isNull else { return nil }
      return value
    }
    if let sid = given("sid"), sid.string != "" { result.sid = sid }
    result.fields.append(("Effect", given("effect") ?? .string("Allow", origin)))
    for (name, field, replaces) in [
      ("actions", "Action", false), ("not_actions", "NotAction", false), ("resources", "Resource", true), ("not_resources", "NotResource", true),
    ] {
      guard let value = given(name), let list = list(value, replaces: replaces) else { continue }
      result.fields.append((field, list))
    }
    for (name, field) in [("principals", "Principal"), ("not_principals", "NotPrincipal")] {
      if let value = given(name) { principals(value).map { result.fields.append((field, $0)) } }
    }
    if let value = given("condition") { conditions(value).map { result.fields.append(("Condition", $0)) } }
    return result
  }

  /// A set of strings as the provider prints it: one alone as itself, several sorted backwards.
  private func list(_ value: HCLValue, replaces: Bool, sorted: Bool = true) -> HCLValue? {
    var items: [HCLValue]
    if let known = value.items {
      items = known
    } else if case .elements(let parts)? = value.unknown?.knowledge {
      items = parts
    } else if value.isUnknown {
      return value
    } else {
      items = [value]
    }
    items = items.map { (try? HCLConversion.convert($0, to: .string)) ?? $0 }.filter { !$0.isNull }
    if replaces { items = items.map(replacing) }
    if items.isEmpty { return nil }
    if sorted {
      let known = HCLValue.set(items.filter { $0.text != nil }, of: .string).items ?? []
      items = Array(known.reversed()) + items.filter { $0.text == nil }
    }
    if items.count == 1, let only = items.first, !value.isUnknown { return only }
    return .tuple(items, value.origin)
  }

  /// `&{aws:username}` is written for IAM's own `${aws:username}`.
  private func replacing(_ value: HCLValue) -> HCLValue {
    func replaced(_ text: Text) -> Text {
      var bytes = text.bytes
      for place in bytes.indices.dropLast() where bytes[place] == UInt8(ascii: "&") && bytes[place + 1] == UInt8(ascii: "{") {
        bytes[place] = UInt8(ascii: "$")
      }
      return Text(bytes, runs: text.runs)
    }
    if let text = value.text { return HCLValue(.string(replaced(text)), origin: value.origin, sensitive: value.sensitive) }
    guard let unknown = value.unknown, case .text(let parts) = unknown.knowledge else { return value }
    return HCLValue.unknown(
      .string, unknown.reason, value.origin, notNull: unknown.notNull, knowledge: .text(parts.map(replacing)))
  }

  private func blocks(_ value: HCLValue) -> [HCLValue] {
    if let items = value.items { return items }
    if case .elements(let parts)? = value.unknown?.knowledge { return parts }
    return [value]
  }

  private func principals(_ value: HCLValue) -> HCLValue? {
    var pairs: [(key: HCLValue, value: HCLValue)] = []
    for block in blocks(value) {
      guard let map = block.map else {
        if block.isUnknown { pairs.append((block, block)) }
        continue
      }
      let type = map.entry("type")?.value ?? .string("", block.origin)
      guard let identifiers = map.entry("identifiers").flatMap({ list($0.value, replaces: true) }) else { continue }
      append(&pairs, type, identifiers)
    }
    if pairs.count == 1, let only = pairs.first, only.key.string == "*" {
      let ids = only.value.items ?? [only.value]
      if ids.count == 1, ids.first?.string == "*" { return ids.first }
    }
    return pairs.isEmpty ? nil : object(pairs, value.origin)
  }

  /// Values of equal keys become one list.
  private func append(_ pairs: inout [(key: HCLValue, value: HCLValue)], _ key: HCLValue, _ value: HCLValue) {
    if let name = key.text, let place = pairs.firstIndex(where: { $0.key.text == name }) {
      let items = (pairs[place].value.items ?? [pairs[place].value]) + (value.items ?? [value])
      pairs[place].value = .tuple(items, pairs[place].value.origin)
    } else {
      pairs.append((key, value))
    }
  }

  private func conditions(_ value: HCLValue) -> HCLValue? {
    var tests: [(key: HCLValue, value: [(key: HCLValue, value: HCLValue)])] = []
    for block in blocks(value) {
      guard let map = block.map else {
        if block.isUnknown { tests.append((block, [(block, block)])) }
        continue
      }
      let test = map.entry("test")?.value ?? .string("", block.origin)
      let variable = map.entry("variable")?.value ?? .string("", block.origin)
      guard let values = map.entry("values").flatMap({ list($0.value, replaces: true, sorted: false) }) else { continue }
      if let name = test.text, let place = tests.firstIndex(where: { $0.key.text == name }) {
        append(&tests[place].value, variable, values)
      } else {
        tests.append((test, [(variable, values)]))
      }
    }
    return tests.isEmpty ? nil : object(tests.map { ($0.key, object($0.value, value.origin)) }, value.origin)
  }

  private func object(_ pairs: [(key: HCLValue, value: HCLValue)], _ origin: Origin) -> HCLValue {
    if let unknown = pairs.first(where: { $0.key.text == nil }) {
      return .unknown(.dynamic, unknown.key.unknownReason ?? "unknown", origin, notNull: true, knowledge: .entries(pairs))
    }
    return .object(
      HCLMap(pairs.map { HCLMap.Entry(key: $0.key.text ?? .empty, keyOrigin: $0.key.origin, value: $0.value) }), origin)
  }

  // MARK: Other documents

  private func documents(_ value: HCLValue?) -> [Document] {
    guard let value, !value.isNull else { return [] }
    var result: [Document] = []
    for item in blocks(value) where !item.isNull {
      if let known = read(item) {
        result.append(known)
      } else if item.isUnknown {
        result.append(Document(statements: [Statement(origin: item.origin, opaque: item)]))
      } else {
        context.sink.error(
          "terraform/invalid-policy", "this policy document is not JSON", at: context.origins.editPlace(item.origin))
      }
    }
    return result
  }

  private func read(_ value: HCLValue) -> Document? {
    var structure: HCLValue?
    if case .json(let known)? = value.unknown?.knowledge { structure = known }
    if let text = value.text {
      if text.count == 0 { return Document() }
      structure = JSONDecoding.decode(text, whole: value.origin, origins: context.origins, limits: context.limits)
    }
    guard let map = structure?.map else { return nil }
    var document = Document()
    for entry in map.entries {
      // encoding/json matches names without regard to case.
      switch entry.key.string.lowercased() {
      case "version": document.version = entry.value
      case "id": document.id = entry.value
      case "statement":
        let items = entry.value.items ?? [entry.value]
        document.statements = items.map { item in
          guard let fields = item.map else { return Statement(origin: item.origin, opaque: item) }
          var statement = Statement(origin: item.origin)
          for name in ["Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "Condition"] {
            if let field = fields.entry(Text(name)) { statement.fields.append((name, field.value)) }
          }
          if let sid = fields.entry("Sid")?.value, sid.string != "" { statement.sid = sid }
          return statement
        }
      default: break
      }
    }
    return document
  }

  // MARK: Results

  private func structure(_ document: Document, _ origin: Origin) -> HCLValue {
    var pairs: [(String, HCLValue)] = []
    if let version = document.version { pairs.append(("Version", version)) }
    if let id = document.id { pairs.append(("Id", id)) }
    let statements = document.statements.map { statement -> HCLValue in
      if let opaque = statement.opaque { return opaque }
      return .object((statement.sid.map { [("Sid", $0)] } ?? []) + statement.fields, statement.origin)
    }
    pairs.append(("Statement", .tuple(statements, origin)))
    return .object(pairs, origin)
  }

  private func node(_ document: Document) -> JSONText.Node {
    var entries: [(Text, Origin, JSONText.Node)] = []
    if let version = document.version { entries.append(("Version", .none, .value(version))) }
    if let id = document.id { entries.append(("Id", .none, .value(id))) }
    if !document.statements.isEmpty {
      entries.append(
        ("Statement", .none,
          .list(document.statements.map { statement in
            .object(((statement.sid.map { [("Sid", $0)] } ?? []) + statement.fields).map { (Text($0.0), statement.origin, .value($0.1)) })
          })))
    }
    return .object(entries)
  }
}
