import FileTree
import SourceText
import Testing

@Suite struct GlobTests {
  @Test(arguments: [
    ("files/*.json", "files/a.json", true), ("files/*.json", "files/x/a.json", false), ("files/**.json", "files/x/a.json", true), ("**", "a/b", true),
    ("{a,b{c,d}}/?", "bd/x", true), ("{a,b}/?", "c/x", false), ("[!a]b", "cb", true), ("[a-c]", "d", false), ("\\*", "*", true), ("", "", true),
  ])
  func gobwasPatterns(_ pattern: String, _ name: String, _ want: Bool) { #expect(Glob(gobwas: pattern)?.matches(name) == want) }

  @Test(arguments: ["[", "{a", "\\", "[]"]) func malformedPatterns(_ pattern: String) { #expect(Glob(gobwas: pattern) == nil) }

  @Test func helmignoreStopsAtTheFirstMatch() {
    let rules = HelmIgnore(Array("# note\n*.bak\n/top\nci/\na/b\n".utf8))
    #expect(rules.ignores("x/y.bak", isDirectory: false))
    #expect(rules.ignores("top", isDirectory: false))
    #expect(!rules.ignores("x/top", isDirectory: false))
    #expect(rules.ignores("x/ci", isDirectory: true))
    #expect(!rules.ignores("x/ci", isDirectory: false))
    #expect(rules.ignores("a/b", isDirectory: false))
    #expect(rules.ignores("templates/.hidden", isDirectory: false))
    #expect(!rules.ignores("templates/x.yaml", isDirectory: false))
    #expect(HelmIgnore(Array("!keep\n".utf8)).ignores("other", isDirectory: false))
    #expect(HelmIgnore(Array("a/**\n".utf8)).problem != nil)
  }
}

@Suite struct ArchiveTests {
  /// A tar header with its checksum.
  static func header(_ name: String, size: Int, type: Character = "0") -> [UInt8] {
    var block = [UInt8](repeating: 0, count: 512)
    for (place, byte) in name.utf8.prefix(100).enumerated() { block[place] = byte }
    let octal = String(size, radix: 8)
    for (place, byte) in (String(repeating: "0", count: 11 - octal.count) + octal).utf8.enumerated() { block[124 + place] = byte }
    block[156] = type.asciiValue ?? 0
    for place in 148..<156 { block[place] = 0x20 }
    let sum = String(block.reduce(0) { $0 + Int($1) }, radix: 8)
    for (place, byte) in (String(repeating: "0", count: 6 - sum.count) + sum).utf8.enumerated() { block[148 + place] = byte }
    block[154] = 0
    return block
  }

  static func file(_ name: String, _ text: String) -> [UInt8] {
    let body = Array(text.utf8)
    return header(name, size: body.count) + body + [UInt8](repeating: 0, count: (512 - body.count % 512) % 512)
  }

  @Test func filesAreReadAndDirectoriesLeftOut() throws {
    let long = String(repeating: "d/", count: 60) + "x"
    var bytes = Self.header("c/", size: 0, type: "5") + Self.file("c/Chart.yaml", "name: c\n")
    bytes += Self.header("././@LongLink", size: long.utf8.count, type: "L") + Array(long.utf8)
    bytes += [UInt8](repeating: 0, count: 512 - long.utf8.count) + Self.file("short", "1")
    bytes += [UInt8](repeating: 0, count: 1024)
    let entries = try TarReader.entries(bytes)
    #expect(entries.map(\.name) == ["c/Chart.yaml", long])
    #expect(entries.first?.bytes == Array("name: c\n".utf8))
  }

  @Test func damagedArchivesAreErrors() {
    #expect(throws: ArchiveError.self) { try TarReader.entries([UInt8](repeating: 7, count: 2048)) }
    #expect(throws: ArchiveError.self) { try TarReader.entries(Self.header("a", size: 5000)) }
    #expect(throws: ArchiveError.self) { try Gzip.inflate([0x1F, 0x8B, 8, 0, 1, 2, 3], limit: 1000) }
    #expect(throws: ArchiveError.self) { try Gzip.inflate(Array("plain".utf8), limit: 1000) }
  }

  @Test func gzipIsBounded() throws {
    // 64 KiB of zeros, deflated.
    let bytes: [UInt8] = [31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 237, 193, 1, 1, 0, 0, 0, 128, 144, 254, 175, 238, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 106, 235, 142, 151, 215, 0, 0, 1, 0]
    #expect(try Gzip.inflate(bytes, limit: 65536).count == 65536)
    #expect(throws: ArchiveError.self) { try Gzip.inflate(bytes, limit: 65535) }
  }
}
