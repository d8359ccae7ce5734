import SourceText
import Values

/// The language of `--set` and its siblings (helm.sh/helm `pkg/strvals`): `a.b=c,d[0]={x,y}`. Values keep the origins of their letters.
struct SetParser {
  enum Kind: Sendable { case set, string, json, literal, file }

  struct Failure: Error {
    var message: String
  }

  /// Signals the end of the input, as io.EOF does in the original.
  private enum Stop: Error {
    case end
    case failed(String)
  }

  private static let indexLimit = 65536
  private static let nestingLimit = 30

  private let text: Text
  private let whole: Origin
  private let table: OriginTable
  private let kind: Kind
  /// For `--set-file`: reads the file that the value names.
  private let readFile: (String) -> Result<Value, Failure>
  private let letters: [(scalar: Unicode.Scalar, offset: Int)]
  private var at = 0

  /// A stretch of input without its backslashes.
  private struct Piece {
    var string = ""
    var start: Int
    var end: Int
    var isVerbatim = true
  }

  /// Parses one argument into `target`, which is changed.
  static func parse(
    _ text: Text, whole: Origin, kind: Kind, into target: ValueMap, table: OriginTable,
    readFile: @escaping (String) -> Result<Value, Failure> = { .failure(Failure(message: "open \($0): no such file or directory")) }
  ) throws(Failure) {
    var parser = SetParser(text, whole, kind, table, readFile)
    try parser.run(target)
  }

  private init(_ text: Text, _ whole: Origin, _ kind: Kind, _ table: OriginTable, _ readFile: @escaping (String) -> Result<Value, Failure>) {
    self.text = text
    self.whole = whole
    self.kind = kind
    self.table = table
    self.readFile = readFile
    var letters: [(Unicode.Scalar, Int)] = []
    var offset = 0
    for scalar in text.string.unicodeScalars {
      letters.append((scalar, min(offset, text.count)))
      offset += UTF8.width(scalar)
    }
    self.letters = letters
  }

  private mutating func run(_ target: ValueMap) throws(Failure) {
    while true {
      do throws(Stop) { try key(target, 0) } catch {
        switch error {
        case .end: return
        case .failed(let message): throw Failure(message: message)
        }
      }
    }
  }

  // MARK: Letters

  private func offset(_ place: Int) -> Int { place < letters.count ? letters[place].offset : text.count }

  private mutating func next() -> Unicode.Scalar? {
    guard at < letters.count else { return nil }
    at += 1
    return letters[at - 1].scalar
  }

  /// Reads up to one of the stops, which is consumed; nil at the end of the input.
  private mutating func until(_ stops: [Unicode.Scalar]) -> (piece: Piece, stop: Unicode.Scalar?) {
    var piece = Piece(start: offset(at), end: offset(at))
    var scalars = String.UnicodeScalarView()
    while let letter = next() {
      if stops.contains(letter) {
        piece.string = String(scalars)
        return (piece, letter)
      }
      if letter == "\\", kind != .literal {
        piece.isVerbatim = false
        guard let escaped = next() else { break }
        scalars.append(escaped)
      } else {
        scalars.append(letter)
      }
      piece.end = offset(at)
    }
    piece.string = String(scalars)
    return (piece, nil)
  }

  private func origin(_ piece: Piece) -> Origin { text.origin(of: piece.start..<piece.end, in: table, whole: whole) }

  private func text(_ piece: Piece) -> Text {
    guard piece.isVerbatim, !text.runs.isEmpty else { return Text(piece.string) }
    return text.slice(piece.start..<piece.end)
  }

  // MARK: Keys

  private func put(_ target: ValueMap, _ key: Piece, _ value: Value) {
    if !key.string.isEmpty { target.set(Text(key.string), value, keyOrigin: origin(key)) }
  }

  private mutating func key(_ target: ValueMap, _ level: Int) throws(Stop) {
    let (key, stop) = until(kind == .literal ? ["=", "[", "."] : ["=", "[", ",", "."])
    switch stop {
    case nil:
      if key.string.isEmpty { throw .end }
      throw .failed("key \"\(key.string)\" has no value")
    case "[":
      let index = try index()
      var list: [Value] = []
      if let known = target[key.string] {
        guard let items = known.list else {
          throw .failed("unable to parse key: interface conversion: interface {} is not []interface {}")
        }
        list = items
      }
      var result = list
      var failure: Stop?
      do throws(Stop) { result = try item(list, index, level) } catch { failure = error }
      put(target, key, .list(result, origin(key)))
      if let failure { throw failure }
    case "=":
      if kind == .json {
        put(target, key, try jsonValue())
        return
      }
      if kind == .literal {
        let (value, _) = until([])
        put(target, key, .string(text(value), origin(value)))
        return
      }
      try value(end: { parser in parser.put(target, key, .string("", parser.origin(key))) }) { parser, value in
        parser.put(target, key, value)
      }
    case ",":
      put(target, key, .string("", origin(key)))
      throw .failed("key \"\(key.string)\" has no value (cannot end with ,)")
    default:
      guard level < Self.nestingLimit else {
        throw .failed("value name nested level is greater than maximum supported nested level of \(Self.nestingLimit)")
      }
      var inner = ValueMap()
      if let known = target[key.string] {
        guard let map = known.map else {
          throw .failed("unable to parse key: interface conversion: interface {} is \(Self.goType(known)), not map[string]interface {}")
        }
        inner = map
      }
      var failure: Stop?
      do throws(Stop) { try self.key(inner, level + 1) } catch { failure = error }
      if failure == nil, inner.isEmpty { throw .failed("key map \"\(key.string)\" has no value") }
      if !inner.isEmpty { put(target, key, .map(inner, target[key.string]?.origin ?? origin(key))) }
      if let failure { throw failure }
    }
  }

  private static func goType(_ value: Value) -> String {
    switch value.payload {
    case .string: "string"
    case .bool: "bool"
    case .list: "[]interface {}"
    case .double: "float64"
    case .int: "int64"
    default: "nil"
    }
  }

  private mutating func index() throws(Stop) -> Int {
    let (piece, stop) = until(["]"])
    guard stop != nil else { throw .failed("error parsing index: EOF") }
    guard let index = Int(piece.string) else {
      throw .failed("error parsing index: strconv.Atoi: parsing \"\(piece.string)\": invalid syntax")
    }
    return index
  }

  /// Everything behind `[i]`.
  private mutating func item(_ list: [Value], _ index: Int, _ level: Int) throws(Stop) -> [Value] {
    if index < 0 { throw .failed("negative \(index) index not allowed") }
    guard level < Self.nestingLimit * 2 else { throw .failed("value name nested level is greater than maximum supported nested level of \(Self.nestingLimit)") }
    let (rest, stop) = until(["[", ".", "="])
    if !rest.string.isEmpty { throw .failed("unexpected data at end of array index: \"\(rest.string)\"") }
    switch stop {
    case nil: throw .end
    case "=":
      if kind == .json { return try placing(try jsonValue(), list, index) }
      if kind == .literal {
        let (value, _) = until([])
        return try placing(.string(text(value), origin(value)), list, index)
      }
      var result = list
      try value(end: { parser throws(Stop) in result = try parser.placing(.string("", parser.whole), list, index) }, endIsFine: true) {
        parser, value throws(Stop) in result = try parser.placing(value, list, index)
      }
      return result
    case "[":
      let inner = try self.index()
      let known = list.indices.contains(index) ? list[index].list ?? [] : []
      return try placing(.list(try item(known, inner, level + 1), whole), list, index)
    default:
      let known = list.indices.contains(index) ? list[index].map : nil
      let inner = known ?? ValueMap()
      try key(inner, level + 1)
      return try placing(.map(inner, whole), list, index)
    }
  }

  private func placing(_ value: Value, _ list: [Value], _ index: Int) throws(Stop) -> [Value] {
    guard index <= Self.indexLimit else {
      throw .failed("index of \(index) is greater than maximum supported index of \(Self.indexLimit)")
    }
    var list = list
    while list.count <= index { list.append(.null) }
    list[index] = value
    return list
  }

  // MARK: Values

  /// A list in braces or one value.
  private mutating func value(
    end: (inout SetParser) throws(Stop) -> Void, endIsFine: Bool = false, _ store: (inout SetParser, Value) throws(Stop) -> Void
  ) throws(Stop) {
    guard at < letters.count else {
      try end(&self)
      if endIsFine { return }
      throw .end
    }
    guard letters[at].scalar == "{" else {
      let (piece, _) = until([","])
      try store(&self, try typed(piece))
      return
    }
    let start = offset(at)
    at += 1
    var items: [Value] = []
    while true {
      let (piece, stop) = until([",", "}"])
      guard let stop else { throw .failed("list must terminate with '}'") }
      items.append(try typed(piece))
      if stop == "}" { break }
    }
    let finish = offset(at)
    if at < letters.count, letters[at].scalar == "," { at += 1 }
    try store(&self, .list(items, text.origin(of: start..<finish, in: table, whole: whole)))
  }

  private func typed(_ piece: Piece) throws(Stop) -> Value {
    let origin = origin(piece)
    switch kind {
    case .file:
      switch readFile(piece.string) {
      case .success(let value): return value
      case .failure(let failure): throw .failed(failure.message)
      }
    case .set:
      switch piece.string.lowercased() {
      case "true": return .bool(true, origin)
      case "false": return .bool(false, origin)
      case "null": return .null(origin)
      case "0": return Value(.int(0), tag: Self.int64, origin: origin)
      default: break
      }
      if piece.string.utf8.first != UInt8(ascii: "0"), let number = Int64(piece.string) { return Value(.int(number), tag: Self.int64, origin: origin) }
      return .string(text(piece), origin)
    default: return .string(text(piece), origin)
    }
  }

  /// `GoNumber.int64`.
  private static let int64: UInt8 = 2

  /// Skips blanks up to a comma or the end; false where something stands there.
  private mutating func skipEmpty() -> Bool {
    while at < letters.count {
      let letter = letters[at].scalar
      if letter == "," {
        at += 1
        return true
      }
      guard letter.properties.isWhitespace else { return false }
      at += 1
    }
    return true
  }

  private mutating func jsonValue() throws(Stop) -> Value {
    if skipEmpty() { return .null(whole) }
    // The value ends where a comma stands outside of strings and brackets.
    let start = at
    var depth = 0
    var inString = false
    scan: while at < letters.count {
      switch letters[at].scalar {
      case "\\" where inString: at += 1
      case "\"": inString.toggle()
      case "{" where !inString, "[" where !inString: depth += 1
      case "}" where !inString, "]" where !inString: depth -= 1
      case "," where !inString && depth <= 0: break scan
      default: break
      }
      at += 1
    }
    at = min(at, letters.count)
    let range = offset(start)..<offset(at)
    let base = range.lowerBound
    let (source, whole, table) = (text, whole, table)
    let value: Value
    do throws(JSONError) {
      value = try JSONReader.read(Array(text.bytes[range])) {
        source.origin(of: (base + $0.lowerBound)..<(base + $0.upperBound), in: table, whole: whole)
      }
    } catch {
      throw .failed(error.message)
    }
    _ = skipEmpty()
    return GoConversion.floats(value)
  }
}
