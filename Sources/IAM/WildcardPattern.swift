/// A pattern of IAM: `*` stands for any run of characters, `/` and `:` included, `?` for exactly one; nothing else is special.
/// Policy variables (`${aws:…}`) and gaps stay as elements of their own.
package struct WildcardPattern: Hashable, Sendable {
  package enum Element: Hashable, Sendable {
    case byte(UInt8)
    /// `*`
    case any
    /// `?`
    case one
    /// `${aws:PrincipalTag/team}`: one value for each caller.
    case variable(String)
    case gap(PolicyText.Gap)
  }

  package var elements: [Element]
  /// Longer patterns are cut: IAM allows some thousand characters in a whole policy.
  package static let limit = 8192

  package init(elements: [Element]) { self.elements = Array(elements.prefix(Self.limit)) }

  package init(_ text: String) { self.init(PolicyText(text)) }

  package init(_ text: PolicyText) {
    var elements: [Element] = []
    for piece in text.pieces {
      switch piece {
      case .gap(let gap, _): elements.append(.gap(gap))
      case .literal(let bytes): Self.read(bytes, into: &elements)
      }
      if elements.count > Self.limit { break }
    }
    self.init(elements: elements)
  }

  private static func read(_ bytes: [UInt8], into elements: inout [Element]) {
    var at = 0
    while at < bytes.count {
      switch bytes[at] {
      case UInt8(ascii: "*"): elements.append(.any)
      case UInt8(ascii: "?"): elements.append(.one)
      case UInt8(ascii: "$") where at + 1 < bytes.count && bytes[at + 1] == UInt8(ascii: "{"):
        guard let close = bytes[at...].firstIndex(of: UInt8(ascii: "}")) else {
          elements.append(.byte(bytes[at]))
          break
        }
        let name = bytes[(at + 2)..<close]
        switch Array(name) {
        case [UInt8(ascii: "*")], [UInt8(ascii: "?")], [UInt8(ascii: "$")]: elements += name.map { .byte($0) }
        default: elements.append(.variable(String(decoding: name, as: UTF8.self)))
        }
        at = close
      default: elements.append(.byte(bytes[at]))
      }
      at += 1
    }
  }

  /// The pattern with ASCII letters in lower case: actions are compared so.
  package var lowercased: WildcardPattern {
    WildcardPattern(
      elements: elements.map { if case .byte(let byte) = $0, byte >= 0x41, byte <= 0x5A { .byte(byte | 0x20) } else { $0 } })
  }

  package var hasWildcard: Bool { elements.contains { $0 == .any || $0 == .one } }
  package var hasGap: Bool { elements.contains { if case .gap = $0 { true } else { false } } }
  package var hasVariable: Bool { elements.contains { if case .variable = $0 { true } else { false } } }

  /// As people read it; gaps as `${…}`.
  package var text: String {
    var out: [UInt8] = []
    for element in elements {
      switch element {
      case .byte(let byte): out.append(byte)
      case .any: out.append(UInt8(ascii: "*"))
      case .one: out.append(UInt8(ascii: "?"))
      case .variable(let name): out += Array("${\(name)}".utf8)
      case .gap: out += Array("${…}".utf8)
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  // MARK: Matching

  /// One element of a text that a pattern is held against.
  package enum Target: Hashable, Sendable {
    case byte(UInt8)
    /// Some letter or digit, not known which (the random suffix of a secret's ARN).
    case alphanumeric
  }

  /// Whether the pattern matches a text; nil where a gap or a policy variable decides.
  package func matches(_ text: String) -> Bool? { matches(text.utf8.map { .byte($0) }) }

  package func matches(_ target: [Target]) -> Bool? {
    guard matches(target, gapsMatch: true) else { return false }
    return matches(target, gapsMatch: false) ? true : nil
  }

  private func matches(_ target: [Target], gapsMatch: Bool) -> Bool {
    // Only the last star need be tried again: what stood before it matched as early as it could.
    var at = 0
    var state = 0
    var star: (state: Int, at: Int)?
    while at < target.count {
      if state < elements.count, isLoop(elements[state], gapsMatch: gapsMatch) {
        star = (state, at)
        state += 1
      } else if state < elements.count, accepts(elements[state], target[at]) {
        at += 1
        state += 1
      } else if let last = star {
        star = (last.state, last.at + 1)
        at = last.at + 1
        state = last.state + 1
      } else {
        return false
      }
    }
    while state < elements.count, isLoop(elements[state], gapsMatch: gapsMatch) { state += 1 }
    return state == elements.count
  }

  /// Whether an element that stands for one letter takes a symbol.
  private func accepts(_ element: Element, _ symbol: Target) -> Bool {
    switch (element, symbol) {
    case (.one, _): true
    case (.byte(let byte), .byte(let other)): byte == other
    case (.byte(let byte), .alphanumeric): Self.isAlphanumeric(byte)
    default: false
    }
  }

  /// What is left of the pattern after it has matched `prefix`: each rest is one way; empty where it cannot.
  package func rests(after prefix: String) -> [WildcardPattern] {
    var states = closure([0], gapsMatch: true)
    for byte in prefix.utf8 { states = step(states, .byte(byte), gapsMatch: true) }
    // A state and the one behind its star are one way: keep the earliest of such a run.
    var result: [WildcardPattern] = []
    var last: Int?
    for state in states.sorted() {
      if let last, elements[last..<state].allSatisfy({ isLoop($0, gapsMatch: true) }) { continue }
      last = state
      result.append(WildcardPattern(elements: Array(elements[state...])))
    }
    return result
  }

  func isLoop(_ element: Element, gapsMatch: Bool) -> Bool {
    switch element {
    case .any: true
    case .gap, .variable: gapsMatch
    default: false
    }
  }

  func closure(_ states: [Int], gapsMatch: Bool) -> Set<Int> {
    var result: Set<Int> = []
    for start in states {
      var state = start
      while result.insert(state).inserted, state < elements.count, isLoop(elements[state], gapsMatch: gapsMatch) { state += 1 }
    }
    return result
  }

  private func step(_ states: Set<Int>, _ symbol: Target, gapsMatch: Bool) -> Set<Int> {
    var next: [Int] = []
    for state in states where state < elements.count {
      switch elements[state] {
      case .any: next.append(state)
      case .one: next.append(state + 1)
      case .gap, .variable: if gapsMatch { next.append(state) }
      case .byte(let byte):
        switch symbol {
        case .byte(let other): if byte == other { next.append(state + 1) }
        case .alphanumeric: if Self.isAlphanumeric(byte) { next.append(state + 1) }
        }
      }
    }
    return closure(next, gapsMatch: gapsMatch)
  }

  static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: false
    }
  }
}
