import FileTree

/// What may stand at a place of the command line.
enum WordKind: Hashable, Sendable {
  /// Nothing that can be told.
  case text
  case words([String])
  /// Ids of rules; in options lists of them and of categories, with commas.
  case rules
  case files
  case directories
}

/// What a shell offers for the last of some words, read off the table of commands.
struct Completion: Equatable, Sendable {
  struct Word: Hashable, Sendable {
    var text: String
    var help = ""
  }

  private(set) var words: [Word] = []
  /// The shell's own names belong to the offer: `files`, `directories`.
  private(set) var names: WordKind?

  /// - Parameters:
  ///   - line: the words behind the program's name up to the cursor; the last one is what is being written. The `=` of an option may be a word of its own,
  ///     as bash cuts it.
  ///   - rules: the paths of the rules' files.
  init(_ line: [String], rules: () -> [String]) {
    let current = line.last ?? ""
    var before = line.dropLast()
    if before.isEmpty, !current.hasPrefix("-") {
      words = CommandSpec.all.map { Word(text: $0.name, help: $0.summary) } + [Word(text: "help", help: "options of a command")]
      names = .directories
      return
    }
    if before.first == "help" {
      words = CommandSpec.all.map { Word(text: $0.name, help: $0.summary) }
      return
    }
    // `lint` may be left out.
    guard let command = before.first.flatMap(CommandSpec.named) ?? CommandSpec.named("lint") else { return }
    if before.first == command.name { before.removeFirst() }

    var place = 0
    var pending: OptionSpec?
    var onlyPositional = false
    for word in before {
      if word == "=", pending != nil { continue }
      if pending != nil {
        pending = nil
      } else if onlyPositional || !word.hasPrefix("-") || word == "-" {
        place += 1
      } else if word == "--" {
        onlyPositional = true
      } else {
        pending = Self.awaiting(word, command.options)
      }
    }
    if let pending {
      add(Self.kind(pending), current, isList: true, rules)
      return
    }
    guard !onlyPositional, current.hasPrefix("-") else {
      if let kind = place < command.places.count ? command.places[place] : command.places.last {
        add(kind, current, isList: false, rules)
      }
      return
    }
    if let equals = current.firstIndex(of: "="),
      let option = command.options.first(where: { "--" + $0.name == current[..<equals] })
    {
      add(
        Self.kind(option), String(current[current.index(after: equals)...]), isList: true, before: String(current[...equals]),
        rules)
      return
    }
    words = (command.options + [OptionSpec("help", "this help")]).map { Word(text: "--" + $0.name, help: $0.help) }
  }

  /// The option whose value is the next word.
  private static func awaiting(_ word: String, _ options: [OptionSpec]) -> OptionSpec? {
    options.first { option in
      option.value != nil && (word == "--" + option.name || option.short.map { word == "-\($0)" } ?? false)
    }
  }

  private static func kind(_ option: OptionSpec) -> WordKind {
    if !option.choices.isEmpty { return .words(option.choices) }
    switch option.value ?? "" {
    case "RULE,...": return .rules
    case "DIR": return .directories
    case let value where value.hasSuffix("FILE"): return .files
    default: return .text
    }
  }

  private mutating func add(_ kind: WordKind, _ current: String, isList: Bool, before: String = "", _ rules: () -> [String]) {
    switch kind {
    case .text: break
    case .files, .directories: names = kind
    case .words(let all): words = all.map { Word(text: before + $0) }
    case .rules:
      // What stands before the last comma stays.
      let kept = isList ? current[..<(current.lastIndex(of: ",").map(current.index(after:)) ?? current.startIndex)] : ""
      let paths = rules()
      let categories = isList ? paths.map { TreePath.name(of: TreePath.directory(of: $0)) } : []
      let ids = paths.map { String(TreePath.name(of: $0).prefix { $0 != "." }) }
      var seen = Set<String>()
      for name in categories + ids where !name.isEmpty && seen.insert(name).inserted {
        words.append(Word(text: before + kept + name))
      }
    }
  }

  /// One word a line, its help behind a tab; `:files` and `:directories` ask for the shell's own names.
  var text: String {
    var out = ""
    for word in words { out += word.text + (word.help.isEmpty ? "" : "\t" + word.help) + "\n" }
    switch names {
    case .files: out += ":files\n"
    case .directories: out += ":directories\n"
    default: break
    }
    return out
  }
}
