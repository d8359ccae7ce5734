/// The help texts; each fits 80 columns.
enum Help {
  static let overview = """
    secretslint - every pod gets exactly the secrets it should, when they rotate,
    and nothing else. Proved from the repository alone, before the sync.

    Usage:
      secretslint [lint] [PATH...]      lint a repository (default .)
      secretslint render PATH           what Argo CD would apply: a chart, a
                                        kustomization, a directory of manifests
      secretslint inspect [PATH]        the model; --terraform DIR for a Terraform
                                        root
      secretslint who-can SECRET        every role, ServiceAccount and workload that
                                        can read a secret
      secretslint can ROLE SECRET       may this role read it, and by which line
      secretslint explain RULE          why a rule is on, how to fix, examples
      secretslint rules list|test|new|docs|schema|export
      secretslint config init|schema|check|show
                                        .secretslint.yaml: a commented one, its JSON
                                        schema, its mistakes, what holds
      secretslint plugin generate|discover|parameters
                                        the Argo CD side
      secretslint eval --lang LANGUAGE  one engine alone, JSON lines in and out
      secretslint help COMMAND          options of a command

    Exit status: 0 clean, 1 findings, 2 usage or nothing to lint, 3 something could
    not be rendered and nothing worse was found.

    Example:
      secretslint lint --format sarif --output secretslint.sarif .
    """

  /// One command's usage and options.
  static func text(_ command: CommandSpec) -> String {
    var lines = ["Usage: secretslint \(command.usage)", "", "Options:"]
    for option in command.options + [OptionSpec("help", short: "h", "this help")] {
      var left = option.short.map { "  -\($0), " } ?? "      "
      left += "--\(option.name)" + (option.value.map { " \($0)" } ?? "")
      let gap = String(repeating: " ", count: max(1, 34 - left.count))
      let help = wrapped(option.help, to: 46)
      if left.count >= 34 {
        lines.append(left)
        lines.append(String(repeating: " ", count: 34) + help[0])
      } else {
        lines.append(left + gap + help[0])
      }
      for line in help.dropFirst() { lines.append(String(repeating: " ", count: 34) + line) }
    }
    if !command.note.isEmpty { lines += ["", command.note] }
    return lines.joined(separator: "\n")
  }

  /// Lines of at most so many letters, cut at blanks and bars; at least one.
  private static func wrapped(_ text: String, to width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      var rest = word[...]
      while !rest.isEmpty {
        // Lists of words with bars may be cut behind a bar.
        let end = rest.count > width ? rest.prefix(width).lastIndex(of: "|").map(rest.index(after:)) ?? rest.endIndex : rest.endIndex
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
