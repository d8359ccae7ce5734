import SourceText
import Values

/// What goes to standard error: text for people, or JSON lines for log collectors.
///
/// Of a failed call Argo CD shows standard error to people, so the text comes first in JSON too and nothing follows it; of a successful one
/// standard error goes to the sidecar's log only, where each finding gets a line of its own.
package struct PluginLog {
  package enum Format: String, Sendable, CaseIterable { case text, json }

  let format: Format
  let application: String
  /// Findings beyond this number are only counted.
  private static let lineLimit = 500

  /// One message, with further fields for JSON.
  func line(_ level: String, _ text: String, _ fields: [(String, Value)] = []) -> [UInt8] {
    let flat = PluginMessage.ascii(text)
    guard format == .json else { return Array((flat + "\n").utf8) }
    return Self.json([("level", .string(Text(level))), ("message", .string(Text(flat))), ("application", .string(Text(application)))] + fields)
  }

  /// A message that is laid out already, and with JSON its findings.
  func report(_ level: String, _ verdict: String, _ text: [UInt8], _ mode: PluginMode?, items: [PluginMessage.Item], lists: Bool) -> [UInt8] {
    guard format == .json else { return text }
    let message = PluginMessage.ascii(String(decoding: text, as: UTF8.self))
    var fields: [(String, Value)] = [
      ("level", .string(Text(level))), ("message", .string(Text(message))), ("application", .string(Text(application))), ("verdict", .string(Text(verdict))),
      ("findings", .int(Int64(items.count))),
    ]
    if let mode {
      fields.append(("mode", .string(Text(mode.level.rawValue))))
      fields.append(("modeFrom", .string(Text(mode.source))))
      if !mode.reason.isEmpty { fields.append(("reason", .string(Text(PluginMessage.ascii(mode.reason))))) }
    }
    var out = Self.json(fields)
    guard lists else { return out }
    for item in items.prefix(Self.lineLimit) {
      out += Self.json([
        ("level", .string(Text(item.severity.name))), ("message", .string(Text(PluginMessage.ascii(item.message)))), ("application", .string(Text(application))),
        ("rule", .string(Text(item.rule))), ("place", .string(Text(PluginMessage.ascii(item.place)))), ("fix", .string(Text(PluginMessage.ascii(item.help)))),
      ])
    }
    return out
  }

  private static func json(_ fields: [(String, Value)]) -> [UInt8] {
    JSONWriter().bytes(.map(ValueMap(fields))) + [UInt8(ascii: "\n")]
  }
}
