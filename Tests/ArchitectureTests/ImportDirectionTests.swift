import Foundation
import Support
import Testing

/// The rooms of CONTRIBUTING.md's table: target → row.
private let rows: [String: Int] = {
  var rows: [String: Int] = [:]
  let text = readText(repositoryRoot + "/CONTRIBUTING.md") ?? ""
  for line in text.split(separator: "\n") where line.hasPrefix("| ") {
    let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    guard cells.count >= 2, let row = Int(cells[0]) else { continue }
    for target in cells[1].components(separatedBy: ", ") { rows[target] = row }
  }
  return rows
}()

private let targets: [String] = {
  let names = (try? FileManager.default.contentsOfDirectory(atPath: repositoryRoot + "/Sources")) ?? []
  return names.sorted()
}()

private func swiftFiles(of target: String) -> [String] {
  let root = repositoryRoot + "/Sources/" + target
  guard let walker = FileManager.default.enumerator(atPath: root) else { return [] }
  return walker.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.sorted().map { root + "/" + $0 }
}

@Suite struct ImportDirectionTests {
  @Test func everyTargetHasARow() {
    #expect(!targets.isEmpty)
    for target in targets { #expect(rows[target] != nil, "\(target) is not in CONTRIBUTING.md's table") }
  }

  @Test(arguments: targets)
  func aTargetImportsOnlyRowsAboveItsOwn(_ target: String) throws {
    let own = try #require(rows[target])
    for file in swiftFiles(of: target) {
      let text = readText(file) ?? ""
      for line in text.split(separator: "\n") {
        let words = line.split(separator: " ")
        guard let at = words.firstIndex(of: "import"), at <= 2, at + 1 < words.count, words.first != "//" else { continue }
        let module = String(words[at + 1].split(separator: ".")[0])
        guard let row = rows[module] else { continue }
        #expect(row < own, "\(file.split(separator: "/").last ?? "") of \(target) imports \(module)")
      }
    }
  }

  /// One call into the old Foundation links CoreFoundation and ICU into the static binary (+44 MB).
  @Test(arguments: targets)
  func sourcesDoNotImportFoundation(_ target: String) {
    for file in swiftFiles(of: target) {
      let text = readText(file) ?? ""
      #expect(!text.split(separator: "\n").contains("import Foundation"), "\(file)")
    }
  }
}
