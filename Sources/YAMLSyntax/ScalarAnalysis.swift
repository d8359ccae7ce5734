import SourceText
import Values

/// What libyaml's emitter wants to know of a text before it chooses a style (`yaml_emitter_analyze_scalar`).
struct ScalarAnalysis {
  var isMultiline = false
  var allowsPlain = true
  var allowsSingle = true
  var allowsBlock = true

  /// - Parameter tabsArePrintable: v3 of go-yaml lets tabs stand in block scalars.
  init(_ value: [UInt8], tabsArePrintable: Bool) {
    guard !value.isEmpty else {
      allowsBlock = false
      return
    }
    var blockIndicators = value.starts(with: "---", at: 0) || value.starts(with: "...", at: 0)
    var specials = false
    var tabs = false
    var leading = false
    var trailingSpace = false
    var trailingBreak = false
    var breakSpace = false
    var spaceBreak = false
    var afterWhite = true
    var previousSpace = false
    var previousBreak = false
    var at = 0
    while at < value.count {
      let byte = value[at]
      let width = Self.width(value, at)
      let next = at + width
      let beforeWhite = next >= value.count || value[next] == 0x20 || value[next] == 0x09
      if at == 0 {
        switch byte {
        case UInt8(ascii: "#"), UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"),
          UInt8(ascii: "&"), UInt8(ascii: "*"), UInt8(ascii: "!"), UInt8(ascii: "|"), UInt8(ascii: ">"), UInt8(ascii: "'"),
          UInt8(ascii: "\""), UInt8(ascii: "%"), UInt8(ascii: "@"), UInt8(ascii: "`"):
          blockIndicators = true
        case UInt8(ascii: "?"), UInt8(ascii: ":"), UInt8(ascii: "-"):
          if beforeWhite { blockIndicators = true }
        default: break
        }
      } else if byte == UInt8(ascii: ":"), beforeWhite {
        blockIndicators = true
      } else if byte == UInt8(ascii: "#"), afterWhite {
        blockIndicators = true
      }
      let isBreak = Self.isBreak(value, at)
      if byte == 0x09, tabsArePrintable {
        tabs = true
      } else if !Self.isPrintable(value, at) {
        specials = true
      }
      if byte == 0x20 {
        if at == 0 { leading = true }
        if next == value.count { trailingSpace = true }
        if previousBreak { breakSpace = true }
        previousSpace = true
        previousBreak = false
      } else if isBreak {
        isMultiline = true
        if at == 0 { leading = true }
        if next == value.count { trailingBreak = true }
        if previousSpace { spaceBreak = true }
        previousSpace = false
        previousBreak = true
      } else {
        previousSpace = false
        previousBreak = false
      }
      afterWhite = byte == 0x20 || byte == 0x09 || byte == 0 || isBreak
      at = next
    }
    if leading || trailingSpace || trailingBreak || breakSpace || spaceBreak || specials || tabs || isMultiline || blockIndicators {
      allowsPlain = false
    }
    if breakSpace || spaceBreak || specials || tabs { allowsSingle = false }
    if trailingSpace || spaceBreak || specials { allowsBlock = false }
  }

  static func width(_ value: [UInt8], _ at: Int) -> Int {
    let byte = value[at]
    let width = byte < 0x80 ? 1 : byte & 0xE0 == 0xC0 ? 2 : byte & 0xF0 == 0xE0 ? 3 : byte & 0xF8 == 0xF0 ? 4 : 1
    return min(width, value.count - at)
  }

  static func isBreak(_ value: [UInt8], _ at: Int) -> Bool {
    switch value[at] {
    case 0x0A, 0x0D: true
    case 0xC2: at + 1 < value.count && value[at + 1] == 0x85
    case 0xE2: at + 2 < value.count && value[at + 1] == 0x80 && (value[at + 2] == 0xA8 || value[at + 2] == 0xA9)
    default: false
    }
  }

  /// Tabs are not, and neither is anything beyond the basic plane.
  static func isPrintable(_ value: [UInt8], _ at: Int) -> Bool {
    let byte = value[at]
    let second = at + 1 < value.count ? value[at + 1] : 0
    let third = at + 2 < value.count ? value[at + 2] : 0
    switch byte {
    case 0x0A, 0x20...0x7E: return true
    case 0xC2: return second >= 0xA0
    case 0xC3..<0xED, 0xEE: return true
    case 0xED: return second < 0xA0
    case 0xEF: return !(second == 0xBB && third == 0xBF) && !(second == 0xBF && (third == 0xBE || third == 0xBF))
    default: return false
    }
  }
}
