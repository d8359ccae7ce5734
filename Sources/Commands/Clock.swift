import Glibc

/// The little of the machine that a run may look at: the clock and the environment.
enum Clock {
  /// Monotonic seconds.
  static func seconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Today in UTC as YYYY-MM-DD.
  static func today() -> String {
    var now = time(nil)
    var parts = tm()
    gmtime_r(&now, &parts)
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
  }

  /// The variables that tell which repository a CI system checked out; nothing else of the environment is read.
  static func environment() -> [String: String] {
    let names = [
      "GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "CI_REPOSITORY_URL", "BUILD_REPOSITORY_URI", "BITBUCKET_GIT_HTTP_ORIGIN",
    ]
    var found: [String: String] = [:]
    for name in names { if let value = getenv(name) { found[name] = String(cString: value) } }
    return found
  }
}

/// What the report may know of the terminal.
enum Terminal {
  static var wantsColor: Bool {
    func isSet(_ name: String) -> Bool { getenv(name).map { $0.pointee != 0 } ?? false }
    if isSet("NO_COLOR") { return false }
    if isSet("FORCE_COLOR") || isSet("CLICOLOR_FORCE") { return true }
    if let value = getenv("CLICOLOR"), String(cString: value) == "0" { return false }
    if let term = getenv("TERM"), String(cString: term) == "dumb" { return false }
    return isatty(1) == 1
  }
}
