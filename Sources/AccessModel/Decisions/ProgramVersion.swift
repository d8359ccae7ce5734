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

  static func < (a: Self, b: Self) -> Bool { (a.major, a.minor, a.patch) < (b.major, b.minor, b.patch) }

  var description: String { "\(major).\(minor).\(patch)" }
}
