/// A version of a program or chart: three numbers; what follows them does not count.
struct ProgramVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
  var major: Int
  var minor: Int
  var patch: Int

  init(_ major: Int, _ minor: Int, _ patch: Int) {
    self.major = major
    self.minor = minor
    self.patch = patch
  }

  /// nil for ranges (`^1`, `1.x`, `*`, `>=1.2`) and what is no version.
  init?(_ text: String) {
    var rest = text[...]
    if rest.first == "v" || rest.first == "V" { rest = rest.dropFirst() }
    let core = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let tail = rest.dropFirst(core.count)
    guard tail.isEmpty || tail.first == "-" || tail.first == "+" else { return nil }
    let parts = core.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
    guard (2...3).contains(parts.count), let major = parts[0], let minor = parts[1] else { return nil }
    self.init(major, minor, parts.count > 2 ? parts[2] ?? 0 : 0)
    if parts.count > 2, parts[2] == nil { return nil }
  }

  /// The oldest version of a range that plainly says it: `^2.1`, `~2.1.0`, `2.x`, `2.1.*`, `>=2.0.0`, `>= 2.1, < 3`, `2`.
  init?(lowerBoundOf text: String) {
    var rest = text[...].drop { $0 == " " }
    if rest.hasPrefix(">=") { rest = rest.dropFirst(2) } else if rest.first == "^" || rest.first == "~" { rest = rest.dropFirst() }
    rest = rest.drop { $0 == " " || $0 == ">" }
    if rest.first == "v" { rest = rest.dropFirst() }
    // Alternatives may begin lower.
    if text.contains("||") { return nil }
    var numbers: [Int] = []
    for part in rest.prefix(while: { $0 != " " && $0 != "," && $0 != "-" }).split(separator: ".", omittingEmptySubsequences: false).prefix(3) {
      guard let number = Int(part) else {
        guard part == "x" || part == "X" || part == "*" else { return nil }
        break
      }
      numbers.append(number)
    }
    guard let major = numbers.first else { return nil }
    self.init(major, numbers.count > 1 ? numbers[1] : 0, numbers.count > 2 ? numbers[2] : 0)
  }

  static func < (a: Self, b: Self) -> Bool { (a.major, a.minor, a.patch) < (b.major, b.minor, b.patch) }

  var description: String { "\(major).\(minor).\(patch)" }
}
