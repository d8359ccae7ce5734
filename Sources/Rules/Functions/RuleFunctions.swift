import CEL
import Kubernetes
import SourceText
import Values

/// Functions that rules have beside CEL's own. Each one says what it does in one line: the documentation is made of it.
package enum RuleFunctions {
  package static func all(_ names: EnvironmentNames) -> [CELOverload] { environments(names) + durations + texts + iam }

  /// Names of environments and their other spellings.
  static func environments(_ names: EnvironmentNames) -> [CELOverload] {
    [
      CELOverload(
        "environments.canonical", [.string], .string,
        documentation: "the canonical name of the environment that a whole word spells (`prod` gives `production`); \"\" if it spells none"
      ) { _, v in .string(names.canonical(of: v[0].string ?? "") ?? "", v[0].origin) },
      CELOverload(
        "environments.same", [.string, .string], .bool, documentation: "whether two words spell one environment"
      ) { _, v in .bool(names.isSame(v[0].string ?? "", v[1].string ?? "")) },
      CELOverload(
        "environments.inName", [.string], .string,
        documentation: "the one environment that a name spells in some whole token (`web-prod`); \"\" if none or several"
      ) { _, v in .string(names.environment(inName: v[0].string ?? "")?.environment ?? "", v[0].origin) },
      CELOverload(
        "environments.ofPath", [.string], .string,
        documentation: "the environment that the first segment of a secret's path is; \"\" if it is none"
      ) { _, v in .string(names.firstSegmentEnvironment(v[0].string ?? "") ?? "", v[0].origin) },
      CELOverload(
        "environments.isShared", [.string], .bool,
        documentation: "whether a word stands for no environment on purpose (`shared`, `common`, …)"
      ) { _, v in .bool(names.isShared(v[0].string ?? "")) },
      CELOverload(
        "environments.names", [], .list(.string), documentation: "the canonical names of all environments"
      ) { _, _ in .list(names.environments.map { .string($0.canonical) }) },
    ]
  }

  /// Durations as Go reads them.
  static let durations: [CELOverload] = [
    CELOverload(
      "goDuration", [.string], .optional(.duration),
      documentation: "the duration that Go's time.ParseDuration reads (`2m`, `1h30m`, `120s`), or none if the text is no duration (`120`, `2min`, `1d`)"
    ) { _, v in CELTimes.goDuration(v[0]).map(CELOptional.some) ?? CELOptional.none }
  ]

  /// Words for messages.
  static let texts: [CELOverload] = [
    CELOverload(
      "quoted", [.list(.string)], .string, documentation: "the texts in backquotes with commas between them, for messages"
    ) { _, v in
      .string((v[0].list ?? []).map { "`" + ($0.string ?? "?") + "`" }.joined(separator: ", "), v[0].list?.first?.origin ?? .none)
    },
    CELOverload(
      "nearest", [.string, .list(.string)], .string,
      documentation: "the text of the list that is nearest to a mistyped one; \"\" if none is near"
    ) { frame, v throws(CELError) in
      try frame.step((v[0].text?.count ?? 0) * (v[1].list?.count ?? 0))
      return .string(nearestName(to: v[0].string ?? "", in: (v[1].list ?? []).compactMap(\.string)) ?? "")
    },
    CELOverload(
      "keyOf", [.map(.string, .dyn), .string], .string,
      documentation: "the key itself as it stands in the map, so that `at: keyOf(map, 'name')` points at the key and not at its value; \"\" with the map's place if it is not there"
    ) { _, v in
      guard let entry = v[0].map?.entry(v[1].string ?? "") else { return .string("", v[0].origin) }
      return .string(entry.key, entry.keyOrigin.isKnown ? entry.keyOrigin : entry.value.origin)
    },
    CELOverload(
      "textsIn", [.dyn], .list(.string),
      documentation: "all texts in a value, whatever its depth: values of maps and items of lists, not keys"
    ) { frame, v throws(CELError) in
      var found: [Value] = []
      try collectTexts(v[0], &found, 0, frame)
      return .list(found, v[0].origin)
    },
    CELOverload(
      "glob", [.string, .string], .bool,
      documentation: "whether a pattern (`*` any run of characters, `?` one) matches a whole text; first the pattern"
    ) { frame, v throws(CELError) in
      try frame.step(((v[0].text?.count ?? 0) + 1) * ((v[1].text?.count ?? 0) + 1) / 16)
      return .bool(Wildcard.matches(v[0].text?.bytes ?? [], v[1].text?.bytes ?? []))
    },
    CELOverload(
      "ifKnown", [.parameter(0), .parameter(0)], .parameter(0), strict: false,
      documentation: "the first value, or the second where the first is not known: for what may be left out of a message, or where not knowing is fine"
    ) { _, v in v[0].isUnknown ? v[1] : v[0] },
    CELOverload(
      "counted", [.int, .string, .string], .string,
      documentation: "a number with the word for one or for several: counted(2, 'rule', 'rules') is \"2 rules\""
    ) { _, v in
      let number = v[0].int ?? 0
      return .string("\(number) " + ((number == 1 ? v[1].string : v[2].string) ?? ""))
    },
  ]

  private static func collectTexts(_ value: Value, _ found: inout [Value], _ depth: Int, _ frame: CELFrame) throws(CELError) {
    guard depth < 100 else { return }
    try frame.step(1)
    switch value.payload {
    case .string: found.append(value)
    case .list(let list): for item in list.items { try collectTexts(item, &found, depth + 1, frame) }
    case .map(let map): for entry in map.entries { try collectTexts(entry.value, &found, depth + 1, frame) }
    default: break
    }
  }

  /// ARNs.
  static let iam: [CELOverload] = [
    CELOverload(
      "arn", [.string], .optional(.map(.string, .string)),
      documentation: "the parts of an ARN: partition, service, region, account, resource; none if the text is no ARN"
    ) { _, v in
      let parts = (v[0].string ?? "").split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 6, parts[0] == "arn", !parts[1].isEmpty, !parts[2].isEmpty, !parts[5].isEmpty else { return CELOptional.none }
      let names = ["partition", "service", "region", "account", "resource"]
      return CELOptional.some(.map(ValueMap(zip(names, parts.dropFirst()).map { ($0, .string($1, v[0].origin)) }), v[0].origin))
    },
  ]
}

/// Patterns of IAM: `*` any run of characters, `?` exactly one; nothing else is special.
enum Wildcard {
  static func matches(_ pattern: [UInt8], _ text: [UInt8]) -> Bool {
    var p = 0
    var t = 0
    var star: Int?
    var mark = 0
    while t < text.count {
      if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
        star = p
        mark = t
        p += 1
      } else if p < pattern.count, pattern[p] == UInt8(ascii: "?") || pattern[p] == text[t] {
        p += 1
        t += 1
      } else if let last = star {
        p = last + 1
        mark += 1
        t = mark
      } else {
        return false
      }
    }
    while p < pattern.count, pattern[p] == UInt8(ascii: "*") { p += 1 }
    return p == pattern.count
  }
}
