import FileTree
import Testing

@Suite struct TreePathTests {
  @Test(arguments: [("a/./b//c", "a/b/c"), ("/a/../b", "b"), ("", ""), (".", "")])
  func normalizes(_ path: String, _ expected: String) { #expect(TreePath.normalize(path) == expected) }

  @Test(arguments: ["..", "a/../../b", "/.."])
  func refusesToLeaveTheRoot(_ path: String) { #expect(TreePath.normalize(path) == nil) }

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
