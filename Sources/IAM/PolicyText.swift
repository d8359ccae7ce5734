// The language of AWS permissions: ARNs and wildcard patterns, the classes of secret patterns, policy documents, conditions, trust
// policies and what they admit. Pure functions; parts of texts that are not known stay apart and answers are three-valued.

import Values

/// A text of a policy in which parts may be unknown: account ids, regions, names that only the cloud knows.
package struct PolicyText: Hashable, Sendable {
  package enum Gap: Hashable, Sendable {
    /// A region, an account id, an id: without `/`, `*` and `:`.
    case token
    /// The whole ARN of one secret.
    case secretARN
    /// Anything, wildcards too.
    case anything
  }

  package enum Piece: Hashable, Sendable {
    case literal([UInt8])
    /// What is shown between `${` and `}`.
    case gap(Gap, label: String)
  }

  package var pieces: [Piece]
  package var origin: Origin
  /// Where it is all known and written in several places: the bytes with the origins of their parts.
  package var source: Text?

  package init(pieces: [Piece], origin: Origin = .none) {
    self.pieces = pieces
    self.origin = origin
  }

  package init(_ text: String, origin: Origin = .none) {
    self.init(pieces: text.isEmpty ? [] : [.literal(Array(text.utf8))], origin: origin)
  }

  package init(_ bytes: [UInt8], origin: Origin = .none) {
    self.init(pieces: bytes.isEmpty ? [] : [.literal(bytes)], origin: origin)
  }

  /// A text of which nothing is known.
  package static func unknown(_ label: String, origin: Origin = .none) -> PolicyText {
    PolicyText(pieces: [.gap(.anything, label: label)], origin: origin)
  }

  package var isKnown: Bool { pieces.allSatisfy { if case .literal = $0 { true } else { false } } }

  /// The text if all of it is known.
  package var literal: String? { isKnown ? text : nil }

  /// For people: gaps as `${label}`.
  package var text: String {
    var out = ""
    for piece in pieces {
      switch piece {
      case .literal(let bytes): out += String(decoding: bytes, as: UTF8.self)
      case .gap(_, let label): out += "${" + label + "}"
      }
    }
    return out
  }

  /// The origin of the part that first departs from `expected`, in front of the origin of the whole.
  package func origin(departingFrom expected: String, in origins: OriginTable) -> Origin {
    guard let source, !source.runs.isEmpty, source.count > 0 else { return origin }
    let other = Array(expected.utf8)
    let at = zip(source.bytes, other).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(source.count, other.count)
    let place = min(at, source.count - 1)
    return origins.join([source.origin(of: place..<(place + 1), in: origins, whole: origin), origin])
  }

  /// The origin of a part that stands behind a mark, where the text is put together of several; nil where it is not, or has no such part.
  package func origin(of mark: String, before part: String, in origins: OriginTable) -> Origin? {
    guard let source, !part.isEmpty else { return nil }
    let wanted = Array((mark + part).utf8)
    guard source.count >= wanted.count else { return nil }
    for start in 0...(source.count - wanted.count) where source.bytes[start..<(start + wanted.count)].elementsEqual(wanted) {
      return source.origin(of: (start + mark.utf8.count)..<(start + wanted.count), in: origins, whole: origin)
    }
    return nil
  }

  /// The text with `${$}{` for `${`, so that it is no variable.
  package var withoutVariables: PolicyText {
    let start: [UInt8] = [UInt8(ascii: "$"), UInt8(ascii: "{")]
    var result = self
    var isChanged = false
    for (index, piece) in pieces.enumerated() {
      guard case .literal(let bytes) = piece, bytes.count > 2 else { continue }
      var out: [UInt8] = []
      var at = 0
      while at < bytes.count {
        if at + 2 < bytes.count, bytes[at..<(at + 2)].elementsEqual(start), ![UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "$")].contains(bytes[at + 2]) {
          out += Array("${$}{".utf8)
          isChanged = true
          at += 2
        } else {
          out.append(bytes[at])
          at += 1
        }
      }
      result.pieces[index] = .literal(out)
    }
    if isChanged { result.source = nil }
    return result
  }

  /// Whether the text surely ends with `suffix`.
  package func hasSuffix(_ suffix: String) -> Bool {
    guard case .literal(let bytes)? = pieces.last else { return false }
    return bytes.count >= suffix.utf8.count && bytes.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
  }

  /// The text without a known ending.
  package func droppingSuffix(_ suffix: String) -> PolicyText {
    guard hasSuffix(suffix), case .literal(let bytes)? = pieces.last else { return self }
    var result = self
    result.pieces.removeLast()
    let rest = Array(bytes.dropLast(suffix.utf8.count))
    if !rest.isEmpty { result.pieces.append(.literal(rest)) }
    return result
  }

  /// Equality of what is written: gaps are equal by their labels; the origin does not count.
  package static func == (a: PolicyText, b: PolicyText) -> Bool { a.pieces == b.pieces }
  package func hash(into hasher: inout Hasher) { hasher.combine(pieces) }
}
