import Foundation

/// A directory that is gone when its owner is.
package final class TemporaryDirectory {
  package let path: String

  /// - Parameter files: path → bytes, written below the directory.
  package init(_ files: [String: [UInt8]] = [:]) throws {
    path = NSTemporaryDirectory() + "secretslint-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for (name, bytes) in files { try write(name, bytes) }
  }

  package convenience init(text files: [String: String]) throws { try self.init(files.mapValues { Array($0.utf8) }) }

  package func write(_ name: String, _ bytes: [UInt8]) throws {
    let file = URL(fileURLWithPath: path + "/" + name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
  }

  package func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: path + "/" + name, withDestinationPath: target)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
