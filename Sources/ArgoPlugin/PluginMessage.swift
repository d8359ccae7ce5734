import Linting
import SourceText

/// The text that a person sees in Argo CD's ComparisonError: it reads as one paragraph, since its panel folds white space, and has two lines a
/// finding where lines are kept; ASCII; bounded, since it is stored in the Application's status; without anything that changes from run to run.
struct PluginMessage {
  static let byteLimit = 8 * 1024
  static let findingLimit = 20

  struct Item {
    var severity: Severity = .error
    var rule: String
    /// `file:line`, or "".
    var place: String
    var message: String
    var help: String
  }

  static func blocked(_ application: String, _ items: [Item], hint: String) -> [UInt8] {
    let count = items.count == 1 ? "1 error" : "\(items.count) errors"
    return text("secretslint: BLOCKED \(count) in \(application):", items, hint)
  }

  static func warned(_ application: String, _ items: [Item], hint: String) -> [UInt8] {
    let count = items.count == 1 ? "1 finding" : "\(items.count) findings"
    return text("secretslint: \(count) in \(application), not blocked:", items, hint)
  }

  static func failed(_ application: String, _ what: String) -> [UInt8] {
    Array((ascii("secretslint: BLOCKED \(application.isEmpty ? "" : application + ": ")\(what)") + "\n").utf8)
  }

  private static func text(_ head: String, _ items: [Item], _ hint: String) -> [UInt8] {
    var out = ascii(head)
    let tail = hint.isEmpty ? "" : "\n" + ascii(hint)
    var shown = 0
    for item in items.prefix(findingLimit) {
      var line = "[\(shown + 1)] \(item.rule)"
      if item.severity != .error { line += " (\(item.severity.name))" }
      if !item.place.isEmpty { line += " \(item.place)" }
      line += " \(item.message)"
      line = "\n" + ascii(line)
      if !item.help.isEmpty { line += ";\n    fix: " + ascii(item.help) }
      line += " |"
      // Room for "and N more" and the hint stays.
      if out.utf8.count + line.utf8.count + tail.utf8.count + 64 > byteLimit { break }
      out += line
      shown += 1
    }
    if out.hasSuffix(" |") { out.removeLast(2) }
    if items.count > shown { out += " |\nand \(items.count - shown) more" }
    return Array((out + tail + "\n").utf8)
  }

  /// One line of printable ASCII.
  static func ascii(_ text: String) -> String {
    var out = ""
    var space = false
    for scalar in text.unicodeScalars {
      if scalar.value <= 0x20 || scalar.value == 0x7F {
        space = true
        continue
      }
      if space, !out.isEmpty { out += " " }
      space = false
      switch scalar {
      case "\u{2018}", "\u{2019}": out += "'"
      case "\u{201C}", "\u{201D}": out += "\""
      case "\u{2026}": out += "..."
      case "\u{2192}": out += "->"
      case "\u{2013}", "\u{2014}": out += "-"
      default: if scalar.isASCII { out.unicodeScalars.append(scalar) } else { out += "?" }
      }
    }
    // A head ends with the space before its first finding.
    return space && !out.isEmpty ? out + " " : out
  }
}
