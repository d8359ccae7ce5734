import SourceText
import Values

/// A quantity of Kubernetes: a decimal number with a suffix (apimachinery pkg/api/resource/quantity.go).
final class Quantity: CELComparable, @unchecked Sendable {
  /// The number is `mantissa` · 10^`exponent`.
  let mantissa: Int128
  let exponent: Int

  init(_ mantissa: Int128, _ exponent: Int) {
    self.mantissa = mantissa
    self.exponent = exponent
  }

  override var typeName: String { "kubernetes.Quantity" }
  override func isEqual(to other: HostObject) -> Bool {
    guard let other = other as? Quantity else { return false }
    return compare(other) == 0
  }

  static func of(_ value: Value) -> Quantity { (value.object as? Quantity) ?? Quantity(0, 0) }

  static func parse(_ text: [UInt8]) -> Quantity? {
    var rest = text[...]
    var negative = false
    if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      negative = sign == UInt8(ascii: "-")
      rest = rest.dropFirst()
    }
    let whole = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }
    rest = rest.dropFirst(whole.count)
    var fraction: ArraySlice<UInt8> = []
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      fraction = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }
      rest = rest.dropFirst(fraction.count)
    }
    guard !whole.isEmpty || !fraction.isEmpty else { return nil }
    var mantissa: Int128 = 0
    for digit in whole + fraction {
      let (product, over) = mantissa.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(Int128(digit - 0x30))
      guard !over, !carry else { return nil }
      mantissa = sum
    }
    var exponent = -fraction.count
    let suffix = String(decoding: rest, as: UTF8.self)
    let decimal = ["": 0, "n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18]
    let binary = ["Ki": 1, "Mi": 2, "Gi": 3, "Ti": 4, "Pi": 5, "Ei": 6]
    if let power = decimal[suffix] {
      exponent += power
    } else if let power = binary[suffix] {
      for _ in 0..<power {
        let (product, over) = mantissa.multipliedReportingOverflow(by: 1024)
        guard !over else { return nil }
        mantissa = product
      }
    } else {
      guard let mark = suffix.utf8.first, mark | 0x20 == UInt8(ascii: "e"), let power = Int(suffix.dropFirst()), abs(power) <= 100
      else { return nil }
      exponent += power
    }
    return Quantity(negative ? -mantissa : mantissa, exponent)
  }

  private static func scaled(_ mantissa: Int128, by power: Int) -> Int128? {
    var result = mantissa
    for _ in 0..<power {
      let (product, over) = result.multipliedReportingOverflow(by: 10)
      if over { return nil }
      result = product
    }
    return result
  }

  /// Both numbers with one exponent; nil beyond 128 bits.
  private func aligned(_ other: Quantity) -> (Int128, Int128, Int)? {
    let low = min(exponent, other.exponent)
    guard let a = Self.scaled(mantissa, by: exponent - low), let b = Self.scaled(other.mantissa, by: other.exponent - low)
    else { return nil }
    return (a, b, low)
  }

  func compare(_ other: Quantity) -> Int {
    if let (a, b, _) = aligned(other) { return a < b ? -1 : a == b ? 0 : 1 }
    return double < other.double ? -1 : double == other.double ? 0 : 1
  }

  var double: Double {
    var result = Double(mantissa)
    for _ in 0..<exponent.magnitude { result = exponent < 0 ? result / 10 : result * 10 }
    return result
  }

  /// nil where it is no whole number of 64 bits.
  var integer: Int64? {
    if exponent >= 0 { return Self.scaled(mantissa, by: exponent).flatMap { Int64(exactly: $0) } }
    var result = mantissa
    for _ in 0..<(-exponent) {
      guard result % 10 == 0 else { return nil }
      result /= 10
    }
    return Int64(exactly: result)
  }

  func combined(_ other: Quantity, subtract: Bool) throws(CELError) -> Value {
    guard let (a, b, low) = aligned(other) else { throw CELError("quantity is out of range") }
    let (sum, over) = subtract ? a.subtractingReportingOverflow(b) : a.addingReportingOverflow(b)
    guard !over else { throw CELError("quantity is out of range") }
    return Value(.object(Quantity(sum, low)))
  }
}

extension CELLibrary {
  /// apiserver pkg/cel/library/quantity.go.
  static let quantities: [CELOverload] = {
    let q = CELType.opaque("kubernetes.Quantity")
    func member(_ name: String, _ more: [CELType], _ result: CELType, _ body: @escaping CELOverload.Body) -> CELOverload {
      CELOverload(name, [q] + more, result, member: true, body)
    }
    @Sendable func whole(_ value: Value) -> Quantity { Quantity(Int128(value.whole), 0) }
    return [
      CELOverload("quantity", [.string], q) { _, v throws(CELError) in
        guard let quantity = Quantity.parse(v[0].bytesOfText) else { throw CELError("malformed quantity") }
        return Value(.object(quantity), origin: v[0].origin)
      },
      CELOverload("isQuantity", [.string], .bool) { _, v in .bool(Quantity.parse(v[0].bytesOfText) != nil) },
      member("sign", [], .int) { _, v in .int(Int64(Quantity.of(v[0]).mantissa.signum())) },
      member("isInteger", [], .bool) { _, v in .bool(Quantity.of(v[0]).integer != nil) },
      member("asInteger", [], .int) { _, v throws(CELError) in
        guard let integer = Quantity.of(v[0]).integer else { throw CELError("cannot convert the quantity to an integer") }
        return .int(integer)
      },
      member("asApproximateFloat", [], .double) { _, v in .double(Quantity.of(v[0]).double) },
      member("add", [q], q) { _, v throws(CELError) in try Quantity.of(v[0]).combined(Quantity.of(v[1]), subtract: false) },
      member("add", [.int], q) { _, v throws(CELError) in try Quantity.of(v[0]).combined(whole(v[1]), subtract: false) },
      member("sub", [q], q) { _, v throws(CELError) in try Quantity.of(v[0]).combined(Quantity.of(v[1]), subtract: true) },
      member("sub", [.int], q) { _, v throws(CELError) in try Quantity.of(v[0]).combined(whole(v[1]), subtract: true) },
      member("compareTo", [q], .int) { _, v in .int(Int64(Quantity.of(v[0]).compare(Quantity.of(v[1])))) },
      member("isGreaterThan", [q], .bool) { _, v in .bool(Quantity.of(v[0]).compare(Quantity.of(v[1])) > 0) },
      member("isLessThan", [q], .bool) { _, v in .bool(Quantity.of(v[0]).compare(Quantity.of(v[1])) < 0) },
    ]
  }()
}

/// A version of semver.org 2.0.0.
final class SemanticVersion: CELComparable, @unchecked Sendable {
  let numbers: [UInt64]
  let prerelease: [String]
  private let build: String

  private init(_ numbers: [UInt64], _ prerelease: [String], _ build: String) {
    self.numbers = numbers
    self.prerelease = prerelease
    self.build = build
  }

  override var typeName: String { "kubernetes.Semver" }
  override func isEqual(to other: HostObject) -> Bool { (other as? SemanticVersion).map { compare($0) == 0 } ?? false }

  static func of(_ value: Value) -> SemanticVersion {
    (value.object as? SemanticVersion) ?? SemanticVersion([0, 0, 0], [], "")
  }

  /// - Parameter normalize: also `v1`, `1.2`, `01.2.3` (apiserver pkg/cel/library/semverlib.go normalizeAndParse).
  static func parse(_ text: String, normalize: Bool) -> SemanticVersion? {
    var core = Substring(text)
    if normalize, core.utf8.first == UInt8(ascii: "v") { core = core.dropFirst() }
    var build = ""
    if let plus = core.firstIndex(of: "+") {
      build = String(core[core.index(after: plus)...])
      core = core[..<plus]
      guard valid(build, numeric: false) else { return nil }
    }
    var prerelease: [String] = []
    if let dash = core.firstIndex(of: "-") {
      let words = core[core.index(after: dash)...]
      guard valid(String(words), numeric: true) else { return nil }
      prerelease = words.split(separator: ".").map(String.init)
      core = core[..<dash]
    }
    var parts = core.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    if normalize {
      guard prerelease.isEmpty && build.isEmpty || parts.count == 3 else { return nil }
      while parts.count < 3 { parts.append("0") }
    }
    guard parts.count == 3 else { return nil }
    var numbers: [UInt64] = []
    for part in parts {
      guard !part.isEmpty, part.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let number = UInt64(part),
        normalize || part == "0" || part.utf8.first != 0x30
      else { return nil }
      numbers.append(number)
    }
    return SemanticVersion(numbers, prerelease, build)
  }

  private static func valid(_ text: String, numeric: Bool) -> Bool {
    let words = text.split(separator: ".", omittingEmptySubsequences: false)
    return words.allSatisfy { word in
      let bytes = Array(word.utf8)
      guard !bytes.isEmpty, bytes.allSatisfy({ ($0 >= 0x30 && $0 <= 0x39) || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || $0 == 0x2D })
      else { return false }
      return !numeric || bytes.count == 1 || bytes[0] != 0x30 || !bytes.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
    }
  }

  func compare(_ other: SemanticVersion) -> Int {
    for (a, b) in zip(numbers, other.numbers) where a != b { return a < b ? -1 : 1 }
    if prerelease.isEmpty || other.prerelease.isEmpty {
      return prerelease.isEmpty == other.prerelease.isEmpty ? 0 : prerelease.isEmpty ? 1 : -1
    }
    for (a, b) in zip(prerelease, other.prerelease) where a != b {
      switch (UInt64(a), UInt64(b)) {
      case (let x?, let y?): return x < y ? -1 : 1
      case (_?, nil): return -1
      case (nil, _?): return 1
      default: return a.bytesPrecede(b) ? -1 : 1
      }
    }
    return prerelease.count == other.prerelease.count ? 0 : prerelease.count < other.prerelease.count ? -1 : 1
  }
}

extension CELLibrary {
  /// apiserver pkg/cel/library/semverlib.go.
  static let versions: [CELOverload] = {
    let v1 = CELType.opaque("kubernetes.Semver")
    func number(_ name: String, _ place: Int) -> CELOverload {
      CELOverload(name, [v1], .int, member: true) { _, v in .int(Int64(clamping: SemanticVersion.of(v[0]).numbers[place])) }
    }
    func comparison(_ name: String, _ result: CELType, _ body: @escaping @Sendable (Int) -> Value) -> CELOverload {
      CELOverload(name, [v1, v1], result, member: true) { _, v in body(SemanticVersion.of(v[0]).compare(SemanticVersion.of(v[1]))) }
    }
    @Sendable func parse(_ v: [Value]) -> SemanticVersion? {
      SemanticVersion.parse(v[0].string ?? "", normalize: v.count > 1 ? v[1].bool ?? false : false)
    }
    return [[CELType.string], [.string, .bool]].flatMap { parameters in
      [
        CELOverload("semver", parameters, v1) { _, v throws(CELError) in
          guard let version = parse(v) else { throw CELError("malformed semantic version") }
          return Value(.object(version), origin: v[0].origin)
        },
        CELOverload("isSemver", parameters, .bool) { _, v in .bool(parse(v) != nil) },
      ]
    } + [
      number("major", 0), number("minor", 1), number("patch", 2),
      comparison("compareTo", .int) { .int(Int64($0)) }, comparison("isGreaterThan", .bool) { .bool($0 > 0) },
      comparison("isLessThan", .bool) { .bool($0 < 0) },
    ]
  }()
}
