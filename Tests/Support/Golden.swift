import Glibc
import Testing

/// Compares a text with a golden file below `Tests/Fixtures`. With UPDATE_GOLDEN=1 in the environment the file is written
/// anew instead.
package func expectGolden(_ actual: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) {
  let path = repositoryRoot + "/Tests/Fixtures/" + name
  if getenv("UPDATE_GOLDEN") != nil {
    guard let file = fopen(path, "w") else {
      Issue.record("cannot write \(path)", sourceLocation: sourceLocation)
      return
    }
    fputs(actual, file)
    fclose(file)
    return
  }
  guard let expected = readText(path) else {
    Issue.record("no golden file Tests/Fixtures/\(name); UPDATE_GOLDEN=1 writes it", sourceLocation: sourceLocation)
    return
  }
  if actual != expected {
    let a = actual.split(separator: "\n", omittingEmptySubsequences: false)
    let b = expected.split(separator: "\n", omittingEmptySubsequences: false)
    let line = (0..<max(a.count, b.count)).first { $0 >= a.count || $0 >= b.count || a[$0] != b[$0] } ?? 0
    Issue.record(
      """
      differs from Tests/Fixtures/\(name) at line \(line + 1):
        got  \(line < a.count ? String(a[line]) : "nothing")
        want \(line < b.count ? String(b[line]) : "nothing")
      UPDATE_GOLDEN=1 rewrites it
      """, sourceLocation: sourceLocation)
  }
}

/// Compares a text with a generated file of the repository. With UPDATE_GOLDEN=1 in the environment (`make generate`) the file is written anew
/// instead.
package func expectFresh(_ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) {
  let path = repositoryRoot + "/" + name
  if getenv("UPDATE_GOLDEN") != nil, let file = fopen(path, "w") {
    fputs(text, file)
    fclose(file)
    return
  }
  #expect(readText(path) == text, "\(name) is stale: run `make generate`", sourceLocation: sourceLocation)
}

/// The text of a file; nil where it cannot be read.
package func readText(_ path: String) -> String? {
  guard let file = fopen(path, "r") else { return nil }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = fread(&buffer, 1, buffer.count, file)
    if count <= 0 { break }
    bytes += buffer[..<count]
  }
  return String(decoding: bytes, as: UTF8.self)
}
