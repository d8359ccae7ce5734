import Glibc
import Linting
import Reports
import SourceText

/// One report of a run: how and where to. `--format sarif --output a.sarif --format text` makes two.
struct ReportTarget {
  var format: ReportFormat
  /// nil: standard output.
  var file: String?

  /// The reports that a command line asks for; an `--output` belongs to the `--format` before it.
  static func read(_ arguments: Arguments) throws(UsageError) -> [ReportTarget] {
    var targets: [ReportTarget] = []
    for (name, value) in arguments.options {
      if name == "format" {
        guard let format = ReportFormat(rawValue: value) else {
          let known = ReportFormat.allCases.map(\.rawValue)
          let near = nearestName(to: value, in: known).map { ", did you mean '\($0)'?" } ?? ""
          throw UsageError("unknown format '\(value)'\(near) (\(known.joined(separator: ", ")))")
        }
        targets.append(ReportTarget(format: format))
      } else if name == "output" {
        if targets.isEmpty { targets.append(ReportTarget(format: .text)) }
        guard targets[targets.count - 1].file == nil else { throw UsageError("two --output for one --format") }
        targets[targets.count - 1].file = value
      }
    }
    if targets.isEmpty { targets = [ReportTarget(format: .text)] }
    guard targets.count(where: { $0.file == nil }) < 2 else { throw UsageError("only one --format can go to standard output; give the others an --output") }
    return targets
  }

  static func write(
    _ report: LintReport, _ targets: [ReportTarget], arguments: Arguments, seconds: Double, output: Output
  ) throws(UsageError) {
    var options = ReportOptions()
    options.toolVersion = Secretslint.version
    options.showsUnknown = arguments.has("show-unknown")
    options.showsAllInstances = arguments.has("all-instances")
    options.showsSummary = !arguments.has("quiet")
    options.showsStatistics = arguments.has("statistics")
    options.seconds = seconds
    for target in targets {
      switch arguments["color"] ?? "auto" {
      case "always": options.color = true
      case "never": options.color = false
      case "auto": options.color = target.file == nil && Terminal.wantsColor
      default: throw UsageError("--color knows auto, always and never")
      }
      let bytes = report.written(as: target.format, options: options)
      if let file = target.file { try write(bytes, to: file) } else { output.write(bytes) }
    }
  }

  /// Writes a file anew.
  static func write(_ bytes: [UInt8], to file: String) throws(UsageError) {
    let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw UsageError("cannot write '\(file)': \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    guard Output.write(bytes, to: descriptor) else { throw UsageError("cannot write '\(file)'") }
  }
}
