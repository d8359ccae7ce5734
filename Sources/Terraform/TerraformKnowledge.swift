import HCL
import SourceText
import Values

/// Refinement of an unknown attribute: which resource, data source or module output it is. Linkers join by it.
package final class TerraformReference: HostObject, @unchecked Sendable {
  /// `module.a.aws_iam_role.web[0]`, `data.aws_region.current`, `module.irsa`.
  package let address: String
  /// `arn`; below it as terraform writes it: `identity[0].oidc[0].issuer`.
  package let attributePath: String

  package init(address: String, attribute: String) {
    self.address = address
    attributePath = attribute
  }

  package override var typeName: String { "terraform reference" }

  package override var memberNames: [String] { ["address", "attribute"] }

  package override func member(_ name: String) -> Value? {
    switch name {
    case "address": .string(address)
    case "attribute": .string(attributePath)
    default: nil
    }
  }

  static func reason(_ address: String, _ attribute: String) -> String {
    address.hasPrefix("data.") || address.contains(".data.") ? "data source `\(address)`" : "`\(attribute)` of `\(address)`"
  }

  static func value(_ address: String, _ attribute: String, type: HCLType = .dynamic, notNull: Bool = false) -> HCLValue {
    let trace = HCLTrace(
      attribute: { value(address, attribute + "." + $0) },
      index: { key in
        if let number = key.number { return value(address, attribute + "[\(number.text)]") }
        if let name = key.text { return value(address, attribute + "[\"\(name.string)\"]") }
        return nil
      })
    return .unknown(
      type, reason(address, attribute), notNull: notNull,
      knowledge: .host(TerraformReference(address: address, attribute: attribute), trace))
  }
}

/// Refinement of an unknown string of known and unknown pieces, in order. Known pieces are strings with runs, the others unknowns with a
/// refinement of their own.
package final class TerraformPartialText: HostObject, @unchecked Sendable {
  package let parts: [Value]

  package init(parts: [Value]) { self.parts = parts }

  package override var typeName: String { "partial text" }

  /// A text, with marks for what of it is not known; nil for what is no text.
  package static func marked(_ value: Value) -> Text? {
    if case .unknown(let unknown) = value.payload, let partial = unknown.refinement as? TerraformPartialText { return partial.text(UnknownMark.letter) }
    return value.text
  }

  /// The text with `placeholder` for what is unknown.
  package func text(_ placeholder: String) -> Text {
    var builder = TextBuilder()
    for part in parts {
      if let text = part.text {
        builder.append(text, origin: part.origin)
      } else {
        builder.append(placeholder, origin: part.origin)
      }
    }
    return builder.build()
  }
}

/// Refinement of an unknown string that is JSON or YAML of a known structure with unknown parts. A key that is not wholly known stands there with
/// `${…}` for its unknown pieces; an unknown element of a list may stand for any number of them.
package final class TerraformJSON: HostObject, @unchecked Sendable {
  package let value: Value

  package init(value: Value) { self.value = value }

  package override var typeName: String { "JSON with unknown parts" }
}

/// Refinement of an unknown list or map of which parts are known, spelled as in `TerraformJSON`.
package final class TerraformStructure: HostObject, @unchecked Sendable {
  package let value: Value

  package init(value: Value) { self.value = value }

  package override var typeName: String { "structure with unknown parts" }

  /// The structure of an unknown value, where it is known.
  package static func known(_ value: Value) -> Value {
    guard case .unknown(let unknown) = value.payload else { return value }
    switch unknown.refinement {
    case let json as TerraformJSON: return at(json.value, value.origin)
    case let structure as TerraformStructure: return at(structure.value, value.origin)
    default: return value
    }
  }

  private static func at(_ value: Value, _ origin: Origin) -> Value { value.origin.isKnown ? value : value.with(origin: origin) }

  /// The same at any depth.
  package static func knownThroughout(_ value: Value, depth: Int = 0) -> Value {
    let value = known(value)
    guard depth < 60 else { return value }
    switch value.payload {
    case .list(let list): return .list(list.items.map { knownThroughout($0, depth: depth + 1) }, value.origin)
    case .map(let map):
      let copy = ValueMap()
      for entry in map.entries { copy.set(entry.key, knownThroughout(entry.value, depth: depth + 1), keyOrigin: entry.keyOrigin) }
      return .map(copy, value.origin)
    default: return value
    }
  }
}

/// From HCL's values to those all rooms share.
struct ValueExport {
  /// `Value.tag` of what is marked sensitive.
  static let sensitiveTag: UInt8 = 1

  /// - Parameter structural: inside a structure whose unknown parts are to be seen one by one.
  static func value(_ value: HCLValue, structural: Bool = false) -> Value {
    let tag: UInt8 = value.sensitive ? sensitiveTag : 0
    func made(_ payload: Value.Payload) -> Value { Value(payload, tag: tag, origin: value.origin) }
    switch value.payload {
    case .null: return made(.null)
    case .bool(let flag): return made(.bool(flag))
    case .number(let number): return made(number.int.map { .int(Int64($0)) } ?? .double(number.double))
    case .string(let text): return made(.string(text))
    case .list(let items, _), .set(let items, _), .tuple(let items):
      return made(.list(ValueList(items.map { Self.value($0, structural: structural) })))
    case .map(let map, _), .object(let map): return made(.map(Self.map(map, structural: structural)))
    case .unknown(let unknown):
      if structural {
        switch unknown.knowledge {
        case .elements(let items): return made(.list(ValueList(items.map { Self.value($0, structural: true) })))
        case .entries(let entries): return made(.map(partial(entries)))
        default: break
        }
      }
      return made(.unknown(Unknown(unknown.reason, refinement: refinement(unknown))))
    }
  }

  static func map(_ map: HCLMap, structural: Bool = false) -> ValueMap {
    let result = ValueMap()
    for entry in map.entries { result.set(entry.key, value(entry.value, structural: structural), keyOrigin: entry.keyOrigin) }
    return result
  }

  private static func refinement(_ unknown: HCLUnknown) -> HostObject? {
    switch unknown.knowledge {
    case .nothing: nil
    case .host(let host, _): host
    case .text(let parts): TerraformPartialText(parts: parts.map { value($0) })
    case .json(let structure): TerraformJSON(value: value(structure, structural: true))
    case .elements(let items): TerraformStructure(value: .list(items.map { value($0, structural: true) }))
    case .entries(let entries): TerraformStructure(value: .map(partial(entries)))
    }
  }

  private static func partial(_ entries: [(key: HCLValue, value: HCLValue)]) -> ValueMap {
    let result = ValueMap()
    for (key, item) in entries { result.set(name(key), value(item, structural: true), keyOrigin: key.origin) }
    return result
  }

  /// A key in which `${…}` stands for what is unknown.
  private static func name(_ key: HCLValue) -> Text {
    var builder = TextBuilder()
    for part in HCLText.parts(key) {
      if let text = part.text {
        builder.append(text, origin: part.origin)
      } else {
        builder.append("${\(part.unknownReason ?? "unknown")}", origin: part.origin)
      }
    }
    return builder.build()
  }
}
