import FileTree
import Glibc
import SourceText

/// What the fuzzers share: the loop, limits, figures, mutations.
///
/// Run I of seed S is the same on every machine. The number of the run under way stands in the file `NAME.S.run`, so that a crash can be run
/// again: `NAME DIRECTORY 1 S I`.
enum Fuzzing {
  /// Mutated input number `run` of a seed, judged; true where the program took it, false where it refused it.
  typealias Run = (_ random: inout FuzzRandom) -> Bool

  /// Reads `DIRECTORY RUNS [SEED [FIRST]]`, then runs.
  /// - Parameters:
  ///   - name: of the command.
  ///   - seconds: processor time that one run may take; one that takes more ends the process with SIGPROF.
  ///   - prepare: makes the runs of a directory; nil where it holds nothing to mutate.
  static func main(_ name: String, _ words: [String], seconds: Int, prepare: (DiskFileTree) -> (inputs: Int, run: Run)?) -> Int32 {
    guard words.count >= 2, let runs = Int(words[1]), runs >= 0, let tree = DiskFileTree(root: words[0]) else {
      print("\(name) needs a directory and a number of runs")
      return 2
    }
    let seed = words.count > 2 ? UInt64(words[2]) ?? 1 : 1
    let first = words.count > 3 ? Int(words[3]) ?? 0 : 0
    guard let (inputs, run) = prepare(tree) else {
      print("\(name) finds nothing small enough below '\(words[0])'")
      return 2
    }
    let progress = open("\(name).\(seed).run", O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    var taken = 0
    for number in 0..<runs {
      let number = first &+ number
      let note = "\(number)\n"
      _ = pwrite(progress, note, note.utf8.count, 0)
      var random = FuzzRandom(seed: seed &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(truncatingIfNeeded: number))
      limitTime(seconds)
      if run(&random) { taken += 1 }
      limitTime(0)
      if (number &+ 1) % 10_000 == 0 { print("run \(number &+ 1): \(taken) taken, peak \(peakMegabytes()) MB") }
    }
    print("\(runs) runs over \(inputs) inputs, \(taken) taken, the others refused; peak \(peakMegabytes()) MB")
    return 0
  }

  /// - Parameter seconds: 0 lifts the limit.
  private static func limitTime(_ seconds: Int) {
    var timer = itimerval(it_interval: timeval(), it_value: timeval(tv_sec: seconds, tv_usec: 0))
    setitimer(__itimer_which_t(ITIMER_PROF.rawValue), &timer, nil)
  }

  private static func peakMegabytes() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss / 1024
  }

  /// All files below a directory that are whose name `accepts` takes, paths relative to it, in order.
  static func files(_ tree: DiskFileTree, below directory: String, where accepts: (String) -> Bool = { _ in true }) -> [(path: String, bytes: [UInt8])] {
    var result: [(path: String, bytes: [UInt8])] = []
    var pending = [directory]
    while let next = pending.popLast() {
      for entry in (try? tree.list(next)) ?? [] {
        let path = TreePath.join(next, entry.name)
        if entry.kind == .directory {
          if !entry.isLink, entry.name != ".git" { pending.append(path) }
        } else if accepts(entry.name), let bytes = try? tree.read(path) {
          result.append((String(path.dropFirst(directory.isEmpty ? 0 : directory.utf8.count + 1)), bytes))
        }
      }
    }
    return result.sorted { $0.path.bytesPrecede($1.path) }
  }

  /// Changes some of the files, each with pieces of others.
  /// - Parameter most: files that are changed at most.
  static func mutate(
    _ files: inout [(path: String, bytes: [UInt8])], _ other: [(path: String, bytes: [UInt8])], most: Int, words: [String], _ random: inout FuzzRandom
  ) {
    for _ in 0...random.below(most) {
      let place = random.below(files.count)
      files[place].bytes = mutate(files[place].bytes, other[random.below(other.count)].bytes, words: words, &random)
    }
  }

  /// A few changes: bytes, cuts, copies, pieces of another file, words that mean something to the reader of the file.
  static func mutate(_ bytes: [UInt8], _ other: [UInt8], words: [String], _ random: inout FuzzRandom) -> [UInt8] {
    var bytes = bytes
    for _ in 0...random.below(3) {
      let at = random.below(bytes.count + 1)
      switch random.below(8) {
      case 0 where at < bytes.count: bytes[at] = UInt8(truncatingIfNeeded: random.next())
      case 1: bytes.removeSubrange(at..<min(bytes.count, at + random.below(40)))
      case 2:
        let end = min(bytes.count, at + random.below(200))
        bytes.insert(contentsOf: Array(bytes[at..<end]), at: random.below(bytes.count + 1))
      case 3 where !other.isEmpty:
        let start = random.below(other.count)
        bytes.insert(contentsOf: other[start..<min(other.count, start + random.below(200))], at: at)
      case 4: bytes.removeLast(min(bytes.count, random.below(100)))
      default: bytes.insert(contentsOf: words[random.below(words.count)].utf8, at: at)
      }
    }
    return bytes
  }
}

/// xorshift64*: small, fast, the same everywhere.
struct FuzzRandom {
  private var state: UInt64

  init(seed: UInt64) { state = seed == 0 ? 1 : seed }

  mutating func next() -> UInt64 {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return state &* 0x2545_F491_4F6C_DD1D
  }

  /// 0..<bound; 0 where the bound is none.
  mutating func below(_ bound: Int) -> Int { bound > 0 ? Int(next() >> 33) % bound : 0 }
}
