/// Questions about the sets of texts that patterns match, answered exactly: by the automata of the patterns, not by their spelling.
extension WildcardPattern {
  /// Whether some text matches both; gaps and variables count as `*`.
  package func intersects(_ other: WildcardPattern) -> Bool {
    // Row by row over the pairs of places in both; steps lead to the same or the next row only.
    let (rows, columns) = (elements.count, other.elements.count)
    var row = [Bool](repeating: false, count: columns + 1)
    row[0] = true
    for a in 0...rows {
      let left = a < rows ? elements[a] : nil
      let leftLoops = left.map { isLoop($0, gapsMatch: true) } ?? false
      var next = [Bool](repeating: false, count: columns + 1)
      for b in 0...columns where row[b] {
        let right = b < columns ? other.elements[b] : nil
        if leftLoops {
          next[b] = true
          if b < columns { row[b + 1] = true }
        }
        guard let right else { continue }
        if isLoop(right, gapsMatch: true) {
          row[b + 1] = true
          if left != nil { next[b] = true }
          continue
        }
        switch (left, right) {
        case (.byte(let x), .byte(let y)): if x == y { next[b + 1] = true }
        case (.one, _), (.byte, .one): next[b + 1] = true
        default: break
        }
      }
      if a == rows { return row[columns] }
      row = next
    }
    return false
  }

  /// Whether every text that matches `other` matches this pattern too. Exact for patterns of text, `*` and `?`; where gaps or variables, or
  /// patterns made to be hard, leave a doubt, the answer is false.
  package func covers(_ other: WildcardPattern) -> Bool {
    var inclusion = Inclusion(wide: normalized, narrow: other.normalized)
    return inclusion.holds()
  }

  /// Of a run of wildcards the `?` first, then one `*`: `*?*` is `?*`.
  package var normalized: WildcardPattern {
    var result: [Element] = []
    var pending = 0
    for element in elements {
      switch element {
      case .any: pending += 1
      case .one: result.append(.one)
      default:
        if pending > 0 { result.append(.any) }
        pending = 0
        result.append(element)
      }
    }
    if pending > 0 { result.append(.any) }
    return WildcardPattern(elements: result)
  }

  // MARK: Segments

  /// The first segments that texts of the pattern can have: what stands before the first `/`, or the whole text where there is none. A finite
  /// union of patterns whose wildcards stand for characters other than `/`; none covers another.
  package var firstSegments: [WildcardPattern] {
    var found: [[Element]] = []
    var ended = false
    loop: for (index, element) in elements.enumerated() {
      switch element {
      case .byte(UInt8(ascii: "/")):
        found.append(Array(elements[..<index]))
        ended = true
        break loop
      // The slash may be inside of what these stand for.
      case .any, .gap(.anything), .gap(.secretARN), .variable: found.append(Array(elements[...index]))
      case .one: found.append(Array(elements[..<index]))
      case .byte, .gap(.token): break
      }
    }
    if !ended { found.append(elements) }
    var result: [WildcardPattern] = []
    for pattern in found.map({ WildcardPattern(elements: $0) }) {
      if result.contains(where: { $0.covers(pattern) }) { continue }
      result.removeAll { pattern.covers($0) }
      result.append(pattern)
    }
    return result
  }

  /// The one first segment that all texts of the pattern have; nil where there may be several.
  package var onlyFirstSegment: String? {
    let segments = firstSegments
    guard segments.count == 1, let only = segments.first, !only.elements.isEmpty else { return nil }
    var bytes: [UInt8] = []
    for element in only.elements {
      guard case .byte(let byte) = element else { return nil }
      bytes.append(byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Whether every text of the pattern lies below `segment/`; nil where a gap or a variable decides.
  package func isBounded(by segment: String) -> Bool? {
    let below = WildcardPattern(segment + "/*")
    if below.covers(self) { return true }
    guard hasGap || hasVariable else { return false }
    return below.intersects(self) ? nil : false
  }
}

/// Whether one pattern's language lies in another's: the places of the narrow one against sets of places of the wide one.
private struct Inclusion {
  let wide: WildcardPattern
  let narrow: WildcardPattern
  /// Bytes that the wide pattern tells apart, and one that stands for all others.
  private let alphabet: [UInt8?]
  private let isKnownByte: [Bool]
  /// From this place on the wide pattern matches everything.
  private let openFrom: Int
  private var seen: [[[Int]]]
  private var work = 0
  private static let workLimit = 4_000_000

  init(wide: WildcardPattern, narrow: WildcardPattern) {
    self.wide = wide
    self.narrow = narrow
    var known = [Bool](repeating: false, count: 256)
    for case .byte(let byte) in wide.elements { known[Int(byte)] = true }
    isKnownByte = known
    alphabet = [nil] + (0..<256).filter { known[$0] }.map { UInt8($0) }
    openFrom = wide.elements.last == .any ? wide.elements.count - 1 : wide.elements.count + 1
    seen = Array(repeating: [], count: narrow.elements.count + 1)
  }

  mutating func holds() -> Bool {
    var pending: [(place: Int, states: [Int])] = [(0, wide.closure([0], gapsMatch: false).sorted())]
    while let (place, states) = pending.popLast() {
      // The rest matches whatever comes.
      if let last = states.last, last >= openFrom { continue }
      if states.isEmpty { return false }
      work += states.count + 1
      guard work < Self.workLimit else { return false }
      // A smaller set of the same place was followed already: this one can only do better.
      if seen[place].contains(where: { Self.isSubset($0, states) }) { continue }
      seen[place].append(states)
      guard place < narrow.elements.count else {
        if states.last == wide.elements.count { continue }
        return false
      }
      let element = narrow.elements[place]
      switch element {
      case .byte(let byte): pending.append((place + 1, step(states, isKnownByte[Int(byte)] ? byte : nil)))
      case .one: for letter in alphabet { pending.append((place + 1, step(states, letter))) }
      case .any:
        pending.append((place + 1, states))
        for letter in alphabet { pending.append((place, step(states, letter))) }
      case .variable, .gap: pending.append((place + 1, step(states, over: element)))
      }
    }
    return true
  }

  /// Both sorted.
  private static func isSubset(_ small: [Int], _ large: [Int]) -> Bool {
    guard small.count <= large.count else { return false }
    var at = 0
    for item in small {
      while at < large.count, large[at] < item { at += 1 }
      if at == large.count || large[at] != item { return false }
    }
    return true
  }

  private func step(_ states: [Int], _ letter: UInt8?) -> [Int] {
    var next: [Int] = []
    for state in states where state < wide.elements.count {
      switch wide.elements[state] {
      case .any: next.append(state)
      case .one: next.append(state + 1)
      case .byte(let byte): if byte == letter { next.append(state + 1) }
      case .variable, .gap: break
      }
    }
    return wide.closure(next, gapsMatch: false).sorted()
  }

  /// A part of the narrow pattern that is not known: only `*` takes in whatever it is, and the same variable itself.
  private func step(_ states: [Int], over unknown: WildcardPattern.Element) -> [Int] {
    var next: [Int] = []
    for state in states where state < wide.elements.count {
      switch (wide.elements[state], unknown) {
      case (.any, _): next.append(state)
      case (.variable(let a), .variable(let b)): if a == b { next.append(state + 1) }
      default: break
      }
    }
    return wide.closure(next, gapsMatch: false).sorted()
  }
}
