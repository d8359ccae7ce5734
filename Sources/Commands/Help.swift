/// The help texts; each fits 80 columns.
enum Help {
  static let overview = """
    secretslint - every pod gets exactly the secrets it should, when they rotate,
    and nothing else. Proved from the repository alone, before the sync.

    Usage:
    \(commands)

    Exit status: 0 clean, 1 findings, 2 usage or nothing to lint, 3 something could
    not be rendered and nothing worse was found.

    Example:
      secretslint lint --format sarif --output secretslint.sarif .
    """

  private static var commands: String {
    var lines: [String] = []
    for command in CommandSpec.all { lines += columns("  secretslint \(command.usage)", command.summary) }
    return (lines + columns("  secretslint help COMMAND", "options of a command")).joined(separator: "\n")
  }

  /// One command's usage and options.
  static func text(_ command: CommandSpec) -> String {
    var lines = ["Usage: secretslint \(command.usage)", "", "Options:"]
    for option in command.options + [OptionSpec("help", short: "h", "this help")] {
      var left = option.short.map { "  -\($0), " } ?? "      "
      left += "--\(option.name)" + (option.value.map { " \($0)" } ?? "")
      lines += columns(left, option.help)
    }
    if !command.note.isEmpty { lines += ["", command.note] }
    return lines.joined(separator: "\n")
  }

  /// A text beside its explanation; below it where it is too long.
  private static func columns(_ left: String, _ right: String) -> [String] {
    let margin = 34
    let indent = String(repeating: " ", count: margin)
    let lines = wrapped(right, to: 80 - margin).map { indent + $0 }
    guard left.count < margin else { return [left] + lines }
    return [left + lines[0].dropFirst(left.count)] + lines.dropFirst()
  }

  /// Lines of at most so many letters, cut at blanks and bars; at least one.
  private static func wrapped(_ text: String, to width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      var rest = word[...]
      while !rest.isEmpty {
        // Lists of words with bars may be cut behind a bar.
        let end =
          rest.count > width ? rest.prefix(width).lastIndex(of: "|").map(rest.index(after:)) ?? rest.endIndex : rest.endIndex
        let part = rest[..<end]
        if !line.isEmpty, line.count + 1 + part.count > width {
          lines.append(line)
          line = ""
        }
        line += (line.isEmpty ? "" : " ") + part
        rest = rest[end...]
        if !rest.isEmpty {
          lines.append(line)
          line = ""
        }
      }
    }
    return lines + [line]
  }
}
