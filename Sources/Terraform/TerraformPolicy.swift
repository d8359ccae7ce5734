import HCL
import SourceText
import Values

/// Policy documents in resources' attributes, however they were written.
package enum TerraformPolicy {
  /// Marks a place of a text that is not known while the text around it is read; from Unicode's private area.
  private static let mark = "\u{F8F0}"

  /// The structure of a JSON document in an attribute such as `aws_iam_policy.policy`: of a known text (heredoc, `file`, `jsonencode`,
  /// `aws_iam_policy_document`), or of one that is known in parts.
  ///
  /// In the result every scalar has the origin of the line to edit. What is not known is an unknown at its place: a whole value, a string
  /// with a `TerraformPartialText`, an element of a list that stands for any number of elements. Keys that are not wholly known have
  /// `${reason}` for their unknown pieces.
  /// - Returns: nil where nothing of the structure is known, or the text is no JSON.
  package static func document(_ value: Value, provenance: Provenance, limits: Limits = Limits()) -> Value? {
    document(value, origins: provenance.origins, limits: limits)
  }

  package static func document(_ value: Value, origins: OriginTable, limits: Limits = Limits()) -> Value? {
    switch value.payload {
    case .map, .list: return value
    case .string(let text):
      return JSONDecoding.decode(text, whole: value.origin, origins: origins, limits: limits).map { ValueExport.value($0) }
    case .unknown(let unknown):
      if let json = unknown.refinement as? TerraformJSON { return json.value }
      if let partial = unknown.refinement as? TerraformPartialText { return document(partial, value.origin, origins, limits) }
      return nil
    default: return nil
    }
  }

  private static func document(_ partial: TerraformPartialText, _ whole: Origin, _ origins: OriginTable, _ limits: Limits) -> Value? {
    var builder = TextBuilder()
    var unknowns: [Value] = []
    var inString = false
    var escaped = false
    for part in partial.parts {
      if let text = part.text {
        for byte in text.bytes {
          if escaped {
            escaped = false
          } else if byte == UInt8(ascii: "\\") {
            escaped = inString
          } else if byte == UInt8(ascii: "\"") {
            inString.toggle()
          }
        }
        builder.append(text, origin: part.origin)
      } else {
        let token = mark + String(unknowns.count) + mark
        unknowns.append(part)
        builder.append(inString ? token : "\"" + token + "\"", origin: part.origin)
      }
    }
    let decoded = JSONDecoding.decode(builder.build(), whole: whole, origins: origins, limits: limits)
    return decoded.map { restore(ValueExport.value($0), unknowns) }
  }

  /// Puts the unknowns back where their marks stand.
  private static func restore(_ value: Value, _ unknowns: [Value]) -> Value {
    switch value.payload {
    case .string(let text):
      let parts = pieces(text, value.origin, unknowns)
      if parts.allSatisfy({ !$0.isUnknown }) { return value }
      if parts.count == 1, let only = parts.first { return only.with(origin: only.origin.isKnown ? only.origin : value.origin) }
      let reason = parts.lazy.compactMap { part -> String? in
        if case .unknown(let unknown) = part.payload { unknown.reason } else { nil }
      }.first ?? "unknown"
      return Value(.unknown(Unknown(reason, refinement: TerraformPartialText(parts: parts))), origin: value.origin)
    case .list(let list):
      return Value(.list(ValueList(list.items.map { restore($0, unknowns) })), tag: value.tag, origin: value.origin)
    case .map(let map):
      let result = ValueMap()
      for entry in map.entries {
        let parts = pieces(entry.key, entry.keyOrigin, unknowns)
        var key = entry.key
        if parts.contains(where: \.isUnknown) {
          var builder = TextBuilder()
          for part in parts {
            if let text = part.text { builder.append(text) } else if case .unknown(let unknown) = part.payload {
              builder.append("${\(unknown.reason)}", origin: part.origin)
            }
          }
          key = builder.build()
        }
        result.set(key, restore(entry.value, unknowns), keyOrigin: entry.keyOrigin)
      }
      return Value(.map(result), tag: value.tag, origin: value.origin)
    default: return value
    }
  }

  private static func pieces(_ text: Text, _ origin: Origin, _ unknowns: [Value]) -> [Value] {
    let marks = TerraformFunctions.occurrences(of: Array(mark.utf8), in: text.bytes)
    guard marks.count >= 2 else { return [.string(text, origin)] }
    let width = mark.utf8.count
    var result: [Value] = []
    var from = 0
    for pair in stride(from: 0, to: marks.count - 1, by: 2) {
      let digits = text.bytes[(marks[pair] + width)..<marks[pair + 1]]
      guard let place = Int(String(decoding: digits, as: UTF8.self)), unknowns.indices.contains(place) else { continue }
      if marks[pair] > from { result.append(.string(text.slice(from..<marks[pair]), origin)) }
      result.append(unknowns[place])
      from = marks[pair + 1] + width
    }
    if from < text.count { result.append(.string(text.slice(from..<text.count), origin)) }
    return result
  }
}
