import Testing
import Values

@testable import IAM

/// One line of a table: `section | … | answer | reason`, columns apart by bars.
struct TruthRow: CustomTestStringConvertible, Sendable {
  let columns: [String]
  let line: Int

  var testDescription: String { columns.joined(separator: " | ") }
  subscript(index: Int) -> String { index < columns.count ? columns[index] : "" }

  static func trimmed(_ text: Substring) -> String {
    var text = text
    while text.first == " " { text = text.dropFirst() }
    while text.last == " " { text = text.dropLast() }
    return String(text)
  }

  /// Rows of a text; lines that are empty or begin with `#` are none.
  static func rows(_ table: String) -> [TruthRow] {
    table.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { number, line in
      guard !line.isEmpty, !line.hasPrefix("#") else { return nil }
      return TruthRow(columns: line.split(separator: "|", omittingEmptySubsequences: false).map(trimmed), line: number + 1)
    }
  }
}

/// The short language of the tables.
///
/// A statement: `Allow Get,Describe production/*,arn:… if StringEquals aws:x = a, b and Bool aws:y = true`. Actions without a colon are of
/// Secrets Manager (`Get` is GetSecretValue), resources without `arn:` are names of secrets behind a full ARN's start; `!` in front makes
/// NotAction and NotResource. `<?>` stands for what is not known. Statements are apart by `;`.
/// A request: `Put@production/web/db {aws:x=a; aws:y=-}`, where `-` is an absent key and the action is GetSecretValue by default.
enum TruthText {
  static let secrets = "arn:aws:secretsmanager:eu-west-1:210987654399:secret:"

  static func action(_ word: String) -> String {
    switch word {
    case "Get": "secretsmanager:GetSecretValue"
    case "Describe": "secretsmanager:DescribeSecret"
    case "Put": "secretsmanager:PutSecretValue"
    default: word.contains(":") || word.hasPrefix("*") || word == "<?>" ? word : "secretsmanager:" + word
    }
  }

  static func text(_ word: String) -> PolicyText {
    guard word.contains("<?>") else { return PolicyText(word) }
    var pieces: [PolicyText.Piece] = []
    for (place, part) in word.split(separator: "<?>", omittingEmptySubsequences: false).enumerated() {
      if place > 0 { pieces.append(.gap(.anything, label: "x")) }
      if !part.isEmpty { pieces.append(.literal(Array(part.utf8))) }
    }
    return PolicyText(pieces: pieces)
  }

  static func resource(_ word: String) -> PolicyText {
    text(word == "*" || word == "<?>" || word.hasPrefix("arn:") || word.hasPrefix("~") ? String(word.drop { $0 == "~" }) : secrets + word)
  }

  /// Parts between commas that stand in no braces.
  static func list(_ text: String) -> [String] {
    var parts: [String] = [""]
    var depth = 0
    for character in text {
      if character == "{" { depth += 1 }
      if character == "}" { depth -= 1 }
      if character == ",", depth == 0 { parts.append("") } else { parts[parts.count - 1].append(character) }
    }
    return parts.map { TruthRow.trimmed($0[...]) }.filter { !$0.isEmpty }
  }

  static func statement(_ text: String) -> PolicyStatement {
    let halves = text.split(separator: " if ", maxSplits: 1).map(String.init)
    let words = (halves.first ?? "").split(separator: " ").map(String.init)
    var result = PolicyStatement()
    if words.first == "<?>" { result.effectKnown = false } else { result.effect = words.first ?? "" }
    for word in list(words.count > 1 ? words[1] : "") {
      if word.hasPrefix("!") { result.notActions.append(PolicyText(action(String(word.dropFirst())))) } else {
        result.actions.append(word == "<?>" ? .unknown("x") : PolicyText(action(word)))
      }
    }
    for word in list(words.count > 2 ? words[2] : "") {
      if word.hasPrefix("!") { result.notResources.append(resource(String(word.dropFirst()))) } else { result.resources.append(resource(word)) }
    }
    if halves.count > 1 { result.conditions = conditions(halves[1]) }
    return result
  }

  static func conditions(_ text: String) -> [PolicyCondition] {
    text.split(separator: " and ").map { part in
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(TruthRow.trimmed)
      let words = sides[0].split(separator: " ").map(String.init)
      let values = sides.count > 1 ? list(sides[1]) : []
      return PolicyCondition(test: words[0], key: PolicyText(words.count > 1 ? words[1] : ""), values: values.map(Self.text))
    }
  }

  static func context(_ text: String) -> RequestContext {
    var context = RequestContext()
    for part in text.split(separator: ";") {
      let sides = part.split(separator: "=", maxSplits: 1).map(TruthRow.trimmed)
      guard sides.count == 2 else { continue }
      context.set(sides[0], sides[1] == "-" ? .absent : .values(sides[1] == "{}" ? [] : list(sides[1])))
    }
    return context
  }

  static func request(_ text: String) -> (action: String, secret: SecretTarget, context: RequestContext) {
    let parts = text.split(separator: "{", maxSplits: 1).map(TruthRow.trimmed)
    var name = parts[0]
    var action = ActionCatalog.readValue
    if let at = name.firstIndex(of: "@") {
      action = Self.action(String(name[..<at]))
      name = String(name[name.index(after: at)...])
    }
    let context = parts.count > 1 ? context(String(parts[1].dropLast())) : RequestContext()
    return (action, action.hasPrefix("ssm:") ? SecretTarget(parameter: name) : SecretTarget(objectName: name), context)
  }
}
