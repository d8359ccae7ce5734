import Glibc
import SourceText

/// A bound on the calls that work at the same time. Argo CD sets none: one commit to a repository of many Applications calls the sidecar for
/// all of them at once, and their memory adds up. A slot is a locked file in the temporary directory, which the kernel frees with the process.
enum PluginSlots {
  /// Waits for a slot; the plugin's time budget ends the wait. Where no file can be written there is no bound.
  /// `SECRETSLINT_PARALLEL` is the number of slots: two, or one a processor, by default; 0 means no bound.
  static func enter(_ environment: [String: String]) {
    let count = environment["SECRETSLINT_PARALLEL"].flatMap { Int($0) } ?? max(2, Parallel.processors)
    guard count > 0, count <= 1000 else { return }
    let temporary = environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    var files: [Int32] = []
    for slot in 0..<count {
      let file = open("\(temporary)/.secretslint-slot-\(slot)", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
      guard file >= 0 else { break }
      files.append(file)
    }
    guard files.count == count else {
      for file in files { close(file) }
      return
    }
    while true {
      for (index, file) in files.enumerated() where flock(file, LOCK_EX | LOCK_NB) == 0 {
        // The lock lives as long as its descriptor, which stays open.
        for (other, unused) in files.enumerated() where other != index { close(unused) }
        return
      }
      var time = timespec(tv_sec: 0, tv_nsec: 10_000_000)
      nanosleep(&time, nil)
    }
  }
}
