import Glibc

/// What the fuzzers share: limits, figures, mutations.
enum Fuzzing {
  /// A run that takes more processor time ends the process with SIGPROF.
  /// - Parameter seconds: 0 lifts the limit.
  static func limitTime(_ seconds: Int) {
    var timer = itimerval(it_interval: timeval(), it_value: timeval(tv_sec: seconds, tv_usec: 0))
    setitimer(__itimer_which_t(ITIMER_PROF.rawValue), &timer, nil)
  }

  static func peakMegabytes() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss / 1024
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
