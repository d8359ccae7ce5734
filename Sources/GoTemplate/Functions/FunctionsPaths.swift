import Values

/// Sprig's functions of paths: Go's packages path and path/filepath, which are the same on Linux.
enum PathFunctions {
  static let all: [TemplateFunction] = ["", "os"].flatMap { prefix in
    func name(_ name: String) -> String { prefix.isEmpty ? name : prefix + name.prefix(1).uppercased() + name.dropFirst() }
    return [
      TemplateFunction.strict(name("base"), [.string]) { _, a in base(a.value(0)) },
      .strict(name("dir"), [.string]) { _, a in
        let bytes = a.bytes(0)
        let slash = bytes.lastIndex(of: slash).map { $0 + 1 } ?? 0
        return clean(StringFunctions.part(a.value(0), 0..<slash))
      },
      .strict(name("clean"), [.string]) { _, a in clean(a.value(0)) },
      .strict(name("ext"), [.string]) { _, a in
        let bytes = a.bytes(0)
        for place in bytes.indices.reversed() where bytes[place] == slash || bytes[place] == dot {
          return bytes[place] == dot ? StringFunctions.part(a.value(0), place..<bytes.count) : .string(.empty, a.value(0).origin)
        }
        return .string(.empty, a.value(0).origin)
      },
      .strict(name("isAbs"), [.string]) { _, a in .bool(a.bytes(0).first == slash) },
    ]
  }

  private static let slash = UInt8(ascii: "/")
  private static let dot = UInt8(ascii: ".")

  private static func base(_ value: Value) -> Value {
    let bytes = value.text?.bytes ?? []
    if bytes.isEmpty { return .string(".", value.origin) }
    var end = bytes.count
    while end > 0, bytes[end - 1] == slash { end -= 1 }
    if end == 0 { return .string("/", value.origin) }
    let start = bytes[..<end].lastIndex(of: slash).map { $0 + 1 } ?? 0
    return StringFunctions.part(value, start..<end)
  }

  /// `path.Clean`.
  private static func clean(_ value: Value) -> Value {
    let bytes = value.text?.bytes ?? []
    let isRooted = bytes.first == slash
    var kept: [Range<Int>] = []
    var at = 0
    while at < bytes.count {
      let end = bytes[at...].firstIndex(of: slash) ?? bytes.count
      let part = bytes[at..<end]
      if part.elementsEqual([dot, dot]) {
        if let last = kept.last, !bytes[last].elementsEqual([dot, dot]) {
          kept.removeLast()
        } else if !isRooted {
          kept.append(at..<end)
        }
      } else if !part.isEmpty, !part.elementsEqual([dot]) {
        kept.append(at..<end)
      }
      at = end + 1
    }
    if kept.isEmpty { return .string(isRooted ? "/" : ".", value.origin) }
    var rewriter = TextRewriter(value)
    for (place, range) in kept.enumerated() {
      if place > 0 || isRooted { rewriter.put([slash], at: max(0, range.lowerBound - 1)) }
      rewriter.keep(range)
    }
    return rewriter.value()
  }
}
