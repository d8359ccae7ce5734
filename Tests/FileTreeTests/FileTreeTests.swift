import Support
import Testing

@testable import FileTree

@Suite struct TreePathTests {
  @Test(arguments: [("a/./b//c", "a/b/c"), ("/a/../b", "b"), ("", ""), (".", "")])
  func normalizes(_ path: String, _ expected: String) { #expect(TreePath.normalize(path) == expected) }

  @Test(arguments: ["..", "a/../../b", "/.."])
  func refusesToLeaveTheRoot(_ path: String) { #expect(TreePath.normalize(path) == nil) }

  @Test(arguments: [
    ("", true), ("a", true), ("a/b.c/...", true), (".helmignore", true), ("a/..b", true), ("/a", false), ("a/", false), ("a//b", false),
    (".", false), ("a/../b", false), ("a/.", false), ("a\u{0}b", false),
  ]) func knowsWhatIsNormal(_ path: String, _ expected: Bool) { #expect(TreePath.isNormal(path) == expected) }

  @Test func findsRelativePaths() {
    #expect(TreePath.relative("a/b/c", to: "a/d") == "../b/c")
    #expect(TreePath.relative("a", to: "a") == ".")
  }
}

@Suite struct MemoryFileTreeTests {
  @Test func listsDirectoriesInByteOrder() throws {
    let tree = MemoryFileTree(text: ["b/x": "1", "a": "2", "b/y/z": "3"])
    #expect(try tree.list("").map(\.name) == ["a", "b"])
    #expect(try tree.list("b") == [DirectoryEntry(name: "x", kind: .file), DirectoryEntry(name: "y", kind: .directory)])
    #expect(tree.kind("b/y") == .directory)
    #expect(throws: FileError(path: "c", reason: .notFound)) { try tree.read("c") }
  }
}

@Suite struct DiskFileTreeTests {
  @Test func aLinkIsResolvedAlsoInADirectoryThatIsKnown() throws {
    let outside = try TemporaryDirectory(text: ["secret": "s"])
    let directory = try TemporaryDirectory(text: ["a/b/plain": "1", "c/other": "2"])
    try directory.link("a/b/out", to: outside.path + "/secret")
    try directory.link("a/outside", to: outside.path)
    try directory.link("a/b/in", to: "../../c/other")
    let tree = try #require(DiskFileTree(root: directory.path))
    for _ in 0..<2 {
      #expect(try tree.read("a/b/plain") == [0x31])
      #expect(try tree.read("a/b/in") == [0x32])
      #expect(throws: FileError(path: "a/b/out", reason: .outsideRoot)) { try tree.read("a/b/out") }
      #expect(throws: FileError(path: "a/outside/secret", reason: .outsideRoot)) { try tree.read("a/outside/secret") }
      #expect(throws: FileError(path: "a/b/none", reason: .notFound)) { try tree.read("a/b/none") }
      #expect(try tree.list("a").map(\.name) == ["b"])
    }
  }
}

@Suite struct OverlayFileTreeTests {
  @Test func filesHideThoseBelow() throws {
    let base = MemoryFileTree(text: ["a.yaml": "old", "d/b.yaml": "b", "d/z": "z"])
    let tree = OverlayFileTree(base, files: ["a.yaml": Array("new".utf8), "d/c.yaml": Array("c".utf8), "e/f/x": []])
    #expect(try tree.read("a.yaml") == Array("new".utf8) && tree.read("d/b.yaml") == Array("b".utf8) && tree.read("d/c.yaml") == Array("c".utf8))
    #expect(try tree.list("").map(\.name) == ["a.yaml", "d", "e"])
    #expect(try tree.list("d").map(\.name) == ["b.yaml", "c.yaml", "z"])
    #expect(try tree.list("e").map(\.name) == ["f"])
    #expect(tree.isDirectory("e/f") && tree.isFile("e/f/x") && tree.kind("nothing") == nil)
    #expect(throws: FileError.self) { try tree.read("d") }
    #expect(throws: FileError.self) { try tree.list("nothing") }
  }
}
