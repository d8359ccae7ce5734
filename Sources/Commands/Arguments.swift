import SourceText

/// A wrong command line; exit code 2.
package struct UsageError: Error, Hashable, Sendable {
  package var message: String
  /// The message has several lines with their places, and is printed as it is.
  package var isReport = false

  package init(_ message: String, isReport: Bool = false) {
    self.message = message
    self.isReport = isReport
  }
}

/// One option that a command knows.
package struct OptionSpec: Sendable {
  /// Long name without dashes.
  package let name: String
  package let short: Character?
  /// What its value is, for the help; nil for a switch.
  package let value: String?
  /// The values that there are, where they can be told: those of `a|b`, or what is given.
  package let choices: [String]
  package let help: String

  package init(_ name: String, short: Character? = nil, value: String? = nil, choices: [String] = [], _ help: String) {
    self.name = name
    self.short = short
    self.value = value
    let parts = (value ?? "").split(separator: "|").map(String.init)
    self.choices = choices.isEmpty && parts.count > 1 ? parts : choices
    self.help = help
  }
}

/// A parsed command line: options in the order given, and the rest.
package struct Arguments: Sendable {
  package private(set) var options: [(name: String, value: String)] = []
  package private(set) var positional: [String] = []

  /// Reads `--name value`, `--name=value`, `-n value`, `-nvalue`, switches, and `--` as the end of options.
  package init(_ words: [String], _ specs: [OptionSpec]) throws(UsageError) {
    var at = 0
    var onlyPositional = false
    while at < words.count {
      let word = words[at]
      at += 1
      guard !onlyPositional, word.utf8.first == UInt8(ascii: "-"), word != "-" else {
        positional.append(word)
        continue
      }
      if word == "--" {
        onlyPositional = true
        continue
      }
      var inline: String?
      let spec: OptionSpec
      if word.hasPrefix("--") {
        var name = String(word.dropFirst(2))
        if let equals = name.firstIndex(of: "=") {
          inline = String(name[name.index(after: equals)...])
          name = String(name[..<equals])
        }
        guard let found = specs.first(where: { $0.name == name }) else {
          let near = nearestName(to: name, in: specs.map(\.name)).map { ", did you mean '--\($0)'?" } ?? ""
          throw UsageError("unknown option '--\(name)'\(near)")
        }
        spec = found
      } else {
        let letter = word[word.index(after: word.startIndex)]
        guard let found = specs.first(where: { $0.short == letter }) else { throw UsageError("unknown option '-\(letter)'") }
        spec = found
        if word.count > 2 { inline = String(word.dropFirst(word.hasPrefix("-\(letter)=") ? 3 : 2)) }
      }
      guard let what = spec.value else {
        switch inline {
        case nil, "true": options.append((spec.name, "true"))
        case "false": options.append((spec.name, "false"))
        default: throw UsageError("option '--\(spec.name)' takes no value")
        }
        continue
      }
      if let inline {
        options.append((spec.name, inline))
      } else if at < words.count {
        options.append((spec.name, words[at]))
        at += 1
      } else {
        throw UsageError("option '--\(spec.name)' needs a value: \(what)")
      }
    }
  }

  /// The last value given for an option.
  package subscript(_ name: String) -> String? { options.last { $0.name == name }?.value }

  package func has(_ name: String) -> Bool { self[name] == "true" }

  /// All values of an option, in order.
  package func all(_ name: String) -> [String] { options.filter { $0.name == name }.map(\.value) }

  /// All values of an option whose values may be lists with commas.
  package func list(_ name: String) -> [String] { all(name).flatMap { $0.split(separator: ",").map(String.init) } }
}
