import Glibc
import SourceText

/// The plugin's own end of time. Argo CD kills a slow call without a word of ours, unless something stands on standard error by then; so a
/// slow call says early that it is at work, and gives up by itself before the caller does.
package enum PluginDeadline {
  /// Seconds after which a call that is still at work says so.
  private static let earlySeconds = 1.5
  /// Own budget in seconds: below the 60 s that Argo CD's callers wait by default, checkout included.
  private static let defaultBudget = 45.0

  /// The budget: `SECRETSLINT_TIMEOUT` in seconds, the operator's, or the default.
  package static func budget(_ environment: [String: String]) -> Double {
    guard let text = environment["SECRETSLINT_TIMEOUT"], let seconds = Double(text), seconds > 0, seconds < 86_400 else { return defaultBudget }
    return seconds
  }

  /// Starts to watch in the background; the process ends with exit code 1 when the budget is used up. Nothing has been written to
  /// standard output by then.
  package static func watch(_ call: PluginCall) {
    let budget = budget(call.environment)
    let log = PluginLog(format: call.logFormat, application: call.applicationName.isEmpty ? "the Application" : call.applicationName)
    let text = PluginMessage.failed(log.application, "gave up after its time budget (SECRETSLINT_TIMEOUT), so nothing is rendered")
    let late = log.report("error", "failed", text, nil, items: [], lists: false)
    Parallel.start {
      pause(budget)
      write(late)
      _exit(1)
    }
  }

  /// Starts the clock of the early word, once the call has its slot: what merely waits for others shall not read differently each time.
  package static func watchEarly(_ call: PluginCall) {
    let log = PluginLog(format: call.logFormat, application: call.applicationName.isEmpty ? "the Application" : call.applicationName)
    let early = log.line(
      "info",
      "secretslint: not decided yet in \(log.application): still rendering or judging; raise controller.repo.server.timeout.seconds if this is the end;")
    Parallel.start {
      pause(earlySeconds)
      write(early)
    }
  }

  private static func pause(_ seconds: Double) {
    guard seconds > 0 else { return }
    var time = timespec(tv_sec: Int(seconds), tv_nsec: Int((seconds - seconds.rounded(.down)) * 1e9))
    var rest = timespec()
    while nanosleep(&time, &rest) != 0, errno == EINTR { time = rest }
  }

  private static func write(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { buffer in
      if let base = buffer.baseAddress { _ = Glibc.write(2, base, buffer.count) }
    }
  }
}
